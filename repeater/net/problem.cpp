#include "repeater/net/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace pronto::net {

HttpResponse problem_response(control::Code code, std::string message, std::string remedy, int status) {
    if (status == 0) status = control::http_status(code);
    const auto code_name = control::name(code);
    boost::json::object problem;
    problem["type"] = "about:blank";
    problem["title"] = message;
    problem["status"] = status;
    problem["code"] = boost::json::string_view(code_name.data(), code_name.size());
    problem["message"] = std::move(message);
    problem["remedy"] = std::move(remedy);
    HttpResponse response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = boost::json::serialize(problem);
    return response;
}

}  // namespace pronto::net
