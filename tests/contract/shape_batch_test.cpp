// Recorded answers to $batch (TANDEM_CAPTURES, dataverse/batch): every header that stands in their parts stands in ours.
#include <catch2/catch.hpp>

#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include <tandem/base/text/utf8.hpp>

#include "contract/guest.hpp"
#include "contract/shape.hpp"
#include "contract/skip.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

// The names in "Name: value" lines; line ends and indentation vary in what was recorded.
std::set<std::string> header_names(std::string_view text) {
  std::set<std::string> out;
  while (!text.empty()) {
    auto const end = text.find('\n');
    auto const line = text::trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    auto const colon = line.find(": ");
    if (colon == std::string_view::npos || colon == 0 || std::isalpha(static_cast<unsigned char>(line.front())) == 0) continue;
    if (line.substr(0, colon).find_first_of(" \"/") == std::string_view::npos) out.emplace(line.substr(0, colon));
  }
  return out;
}

std::string in_part(std::string const& headers, std::string const& request) {
  return "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n" + headers + "\r\n" + request;
}

// A read with annotations, a change set with a create, and a read of nobody.
std::string our_batch() {
  auto const read = in_part("",
                            "GET /api/data/v9.2/accounts?$select=name HTTP/1.1\r\nAccept: application/json\r\n"
                            "Prefer: odata.include-annotations=\"*\"\r\n\r\n");
  auto const nobody = in_part("",
                              "GET /api/data/v9.2/systemusers(00000000-0000-0000-0000-000000000001)?$select=fullname HTTP/1.1\r\n"
                              "Accept: application/json\r\n\r\n");
  auto const create = in_part("Content-ID: 1\r\n",
                              "POST /api/data/v9.2/accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"name\":\"x\"}");
  return "--b\r\n" + read + "\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + create +
         "\r\n--c--\r\n\r\n--b\r\n" + nobody + "\r\n--b--\r\n";
}

}  // namespace

TEST_CASE("the parts of a batch's answer have the headers of recorded ones, or leave them out for a reason [L1, dataverse §13]") {
  auto const folder = captures_or_skip();
  if (!folder) return;
  std::vector<LeftOut> const meant{{"*", "Access-Control-Expose-Headers", "for browsers"}};
  Guest guest;
  auto const answer = guest.dataverse("POST", "$batch", our_batch(),
                                      {{"Content-Type", "multipart/mixed; boundary=b"}, {"Prefer", "odata.continue-on-error"}});
  REQUIRE(answer.status == 200);
  auto const ours = header_names(answer.body);
  for (auto const& entry : std::filesystem::directory_iterator(*folder / "dataverse" / "batch")) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    for (auto const& name : header_names(text)) {
      INFO(entry.path().filename().string() << ": " << name);
      CHECK((ours.contains(name) || left_out(meant, entry.path().filename().string(), name)));
    }
  }
  CHECK(never_used(meant).empty());
  CHECK(guest.contracts().report() == "");
}
