#include "sandbox.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void run(const char *program, const std::vector<std::string> &arguments, const int *input, const int *output)
{
    std::vector<const char *> words = {program, "--json", "--until-stdin-closes"};
    for (const std::string &argument : arguments)
        words.push_back(argument.c_str());
    words.push_back(nullptr);
    dup2(input[0], 0);
    dup2(output[1], 1);
    for (const int end : {input[0], input[1], output[0], output[1]})
        close(end);
    execv(program, const_cast<char *const *>(words.data()));
    _exit(127);
}

std::string line_from(int descriptor)
{
    std::string line;
    for (char letter; read(descriptor, &letter, 1) == 1 && letter != '\n';)
        line += letter;
    return line;
}

} // namespace

lazcore::Value as_value(const std::string &name, const std::string &json)
{
    return lazcore::read(std::nullopt, 200, {}, "{\"code\":\"0\",\"" + name + "\":" + json + "}");
}

std::string contents(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

std::vector<std::string> lines(const std::string &path)
{
    std::istringstream text(contents(path));
    std::vector<std::string> found;
    for (std::string line; std::getline(text, line);)
        found.push_back(line);
    return found;
}

Sandbox::Sandbox(const std::vector<std::string> &arguments)
{
    const char *program = std::getenv("LAZCORE_SANDBOX");
    int input[2], output[2];
    if (!program || pipe(input) || pipe(output))
        throw std::runtime_error("LAZCORE_SANDBOX must name the sandbox program");
    process_ = fork();
    if (process_ == 0)
        run(program, arguments, input, output);
    close(input[0]);
    close(output[1]);
    input_ = input[1];
    const std::string greeting = line_from(output[0]);
    close(output[0]);
    if (greeting.empty())
        throw std::runtime_error("the sandbox did not start");
    greeting_ = as_value("greeting", greeting);
}

Sandbox::~Sandbox()
{
    close(input_);
    waitpid(process_, nullptr, 0);
}

lazcore::Config Sandbox::settings() const
{
    lazcore::Config config(told("app_key"), told("app_secret"));
    config.gateway(told("url")).rate_per_path(0).rate_per_account(0);
    return config;
}

lazcore::Config Sandbox::config() const
{
    lazcore::Config config = settings();
    config.access_token(told("access_token")).account("store");
    return config;
}

lazcore::Params Sandbox::window() const
{
    return {{"created_after", told("created_after")}, {"created_before", told("created_before")}};
}

std::string Sandbox::pair() const
{
    return lazcore::Params{{"access_token", told("access_token")},
                           {"refresh_token", told("refresh_token")},
                           {"expires_in", 2592000},
                           {"refresh_expires_in", 15552000}}
        .text();
}

// The sandbox serves http://127.0.0.1:PORT/rest.
std::string Sandbox::exchange(const std::string &line, const std::string &body) const
{
    const std::string url = told("url");
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1)));
    const std::string request = line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
                                + std::to_string(body.size()) + "\r\n\r\n" + body;
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    std::string answer;
    if (connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0
        && write(connection, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
        char piece[65536];
        for (ssize_t got; (got = ::read(connection, piece, sizeof piece)) > 0;)
            answer.append(piece, static_cast<std::size_t>(got));
    }
    close(connection);
    return answer;
}

void Sandbox::control(const std::string &line, const std::string &body) const
{
    const std::string answer = exchange(line, body);
    if (answer.find("\"ok\":true") == std::string::npos)
        throw std::runtime_error("the sandbox refused " + line + " " + body + ": " + answer);
}

int Sandbox::calls(const std::string &path) const
{
    const std::string log = exchange("GET /sandbox/calls", ""), key = "\"path\":\"" + path + "\"";
    int count = 0;
    for (std::size_t at = 0; (at = log.find(key, at)) != std::string::npos; at += key.size())
        count++;
    return count;
}

lazcore::Value Sandbox::books() const
{
    const std::string answer = exchange("GET /sandbox/books", "");
    return as_value("books", answer.substr(answer.find("\r\n\r\n") + 4));
}

Folder::Folder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "lazcore-cpp-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        throw std::runtime_error("no folder for the test's files");
    path_ = pattern;
}
