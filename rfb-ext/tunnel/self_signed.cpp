#include <chrono>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "rfb-ext/base/files.hpp"
#include "rfb-ext/tunnel/tls_context.hpp"

/// The parts of tls_context.hpp that work on files: certificates read and made.
namespace pronto::tunnel {

namespace {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* thing) const { free(thing); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

constexpr long valid_days = 3652;

[[noreturn]] void fail(const std::string& doing) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    throw std::runtime_error(fmt::format("{}: {}", doing, reason ? reason : "unknown reason"));
}
void require(bool done) {
    if (!done) fail("cannot make a self-signed certificate");
}

Bio reader(const std::string& content) { return Bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size()))); }

/// Never asks the terminal for a pass phrase: a server has nobody to answer.
int no_pass_phrase(char*, int, int, void*) { return 0; }

Key read_key(const std::filesystem::path& path) {
    std::string content = read_file(path);
    Key key(PEM_read_bio_PrivateKey(reader(content).get(), nullptr, no_pass_phrase, nullptr));
    OPENSSL_cleanse(content.data(), content.size());
    if (!key) fail(fmt::format("{} holds no private key without a pass phrase", path.string()));
    return key;
}

Key make_key(const std::filesystem::path& path) {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr);
    const Bio pem(BIO_new(BIO_s_secmem()));
    require(pem && PEM_write_bio_PKCS8PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(pem.get(), &text);
    write_file_atomically(path, {text, static_cast<std::size_t>(size)}, 0600);
    return key;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

/// Commas and line ends would start another entry of the extension's little language.
void check_host_name(const std::string& host_name) {
    if (host_name.empty() || host_name.size() > 253 || host_name.find_first_of(",\n\r/ ") != std::string::npos)
        throw std::runtime_error(fmt::format("\"{}\" is no name for a certificate", host_name));
}

Certificate make_certificate(EVP_PKEY* key, const std::string& host_name) {
    check_host_name(host_name);
    Certificate certificate(X509_new());
    require(certificate != nullptr);
    X509* const it = certificate.get();
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
    require(X509_set_version(it, X509_VERSION_3) == 1);
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(it), serial >> 1 | 1) == 1);
    require(X509_gmtime_adj(X509_getm_notBefore(it), -24 * 3600) != nullptr);  // for peers whose clock is a little behind
    require(X509_time_adj_ex(X509_getm_notAfter(it), valid_days, 0, nullptr) != nullptr);
    require(X509_set_pubkey(it, key) == 1);
    X509_NAME* const name = X509_get_subject_name(it);
    const std::string common_name = host_name.substr(0, 64);  // X.520's limit; the full name stands in the extension
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                                       -1, -1, 0) == 1);
    require(X509_set_issuer_name(it, name) == 1);
    ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host_name.c_str());
    ERR_clear_error();
    add_extension(it, NID_subject_alt_name, (address ? "IP:" : "DNS:") + host_name);
    ASN1_OCTET_STRING_free(address);
    add_extension(it, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(it, NID_key_usage, "critical,digitalSignature");
    add_extension(it, NID_ext_key_usage, "serverAuth");
    require(X509_sign(it, key, EVP_sha256()) > 0);
    return certificate;
}

}  // namespace

Pin pin_of_certificate(const std::filesystem::path& certificate) {
    ERR_clear_error();
    const std::string content = read_file(certificate);
    const Certificate parsed(PEM_read_bio_X509(reader(content).get(), nullptr, nullptr, nullptr));
    if (!parsed) fail(fmt::format("{} holds no certificate", certificate.string()));
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed.get()), &der);
    if (size <= 0) fail(fmt::format("{} holds a certificate without a public key", certificate.string()));
    const Pin pin = sha256({der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return pin;
}

void ensure_self_signed(const std::filesystem::path& certificate, const std::filesystem::path& private_key,
                        const std::string& host_name) {
    ERR_clear_error();
    const bool have_key = std::filesystem::exists(private_key);
    if (std::filesystem::exists(certificate)) {
        if (have_key) return;
        throw std::runtime_error(fmt::format("the certificate {} is there, but its private key {} is missing",
                                             certificate.string(), private_key.string()));
    }
    const Key key = have_key ? read_key(private_key) : make_key(private_key);
    const Certificate made = make_certificate(key.get(), host_name);
    const Bio pem(BIO_new(BIO_s_mem()));
    require(pem && PEM_write_bio_X509(pem.get(), made.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(pem.get(), &text);
    write_file_atomically(certificate, {text, static_cast<std::size_t>(size)}, 0644);
}

}  // namespace pronto::tunnel
