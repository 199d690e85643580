#include "tests/unit/rfb-ext/tunnel/test_authority.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace pronto::tunnel::test {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* it) { X509_free(it); })>;
using File = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

void require(bool done) {
    if (!done) throw std::runtime_error("cannot make a certificate for the test");
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    require(extension && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

Certificate unsigned_certificate(EVP_PKEY* key, long serial, const std::string& name, const Wish& wish) {
    Certificate certificate(X509_new());
    X509* const it = certificate.get();
    require(it && X509_set_version(it, X509_VERSION_3) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(it), serial) == 1);
    require(X509_time_adj_ex(X509_getm_notBefore(it), static_cast<int>(wish.valid_from_days), 0, nullptr) != nullptr);
    require(X509_time_adj_ex(X509_getm_notAfter(it), static_cast<int>(wish.valid_to_days), 0, nullptr) != nullptr);
    require(X509_set_pubkey(it, key) == 1);
    require(X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0) == 1);
    return certificate;
}

void write(const std::filesystem::path& path, X509* certificate) {
    const File file(std::fopen(path.c_str(), "w"));
    require(file && PEM_write_X509(file.get(), certificate) == 1);
}

}  // namespace

void make_signed(const std::filesystem::path& authority, const std::filesystem::path& certificate,
                 const std::filesystem::path& key, const Wish& wish) {
    const Key authority_key(EVP_EC_gen("P-256")), leaf_key(EVP_EC_gen("P-256"));
    const Certificate root = unsigned_certificate(authority_key.get(), 1, "Test authority", {});
    require(X509_set_issuer_name(root.get(), X509_get_subject_name(root.get())) == 1);
    extend(root.get(), root.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(root.get(), root.get(), NID_key_usage, "critical,keyCertSign");
    extend(root.get(), root.get(), NID_subject_key_identifier, "hash");
    require(X509_sign(root.get(), authority_key.get(), EVP_sha256()) > 0);

    const Certificate leaf = unsigned_certificate(leaf_key.get(), 2, wish.host, wish);
    require(X509_set_issuer_name(leaf.get(), X509_get_subject_name(root.get())) == 1);
    extend(leaf.get(), root.get(), NID_subject_alt_name, "DNS:" + wish.host);
    require(X509_sign(leaf.get(), authority_key.get(), EVP_sha256()) > 0);

    write(authority, root.get());
    write(certificate, leaf.get());
    const File file(std::fopen(key.c_str(), "w"));
    require(file && PEM_write_PrivateKey(file.get(), leaf_key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

}  // namespace pronto::tunnel::test
