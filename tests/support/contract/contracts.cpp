#include "support/contract/contracts.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <tandem/base/json/parse.hpp>

namespace tandem::test::contract {

namespace {

std::string text_of(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

json::Value json_of(std::filesystem::path const& file) {
  auto parsed = json::parse(text_of(file));
  if (!parsed) throw std::runtime_error(file.string() + ": " + parsed.error().to_line());
  return std::move(*parsed);
}

Csdl csdl_of(std::filesystem::path const& file) {
  auto parsed = Csdl::parse(text_of(file));
  if (!parsed) throw std::runtime_error(file.string() + ": " + parsed.error().to_line());
  return std::move(*parsed);
}

// The metadata document is of an older organisation than the definitions: what those show of columns exists too (FormatName of Memo columns).
Csdl with_later_properties(Csdl csdl, json::Value const& definitions) {
  for (auto const& table : definitions["value"].items()) {
    for (auto const& attribute : table["Attributes"].items()) {
      auto const type = attribute["AttributeType"].text_or("") + "AttributeMetadata";
      for (auto const& [name, value] : attribute.members()) csdl.supplement(type, name);
    }
  }
  return csdl;
}

}  // namespace

Contracts::Contracts(std::filesystem::path const& folder)
    : jira_(json_of(folder / "jira-openapi.json"), json_of(folder / "adf-schema.json")), dataverse_([&] {
        auto definitions = json_of(folder / "dataverse-entitydefinitions.json");
        auto csdl = with_later_properties(csdl_of(folder / "dataverse-metadata.xml"), definitions);
        return DataverseContract(std::move(csdl), std::move(definitions));
      }()) {}

Contracts const* Contracts::here() {
  static std::unique_ptr<Contracts const> const contracts = [] {
    auto const* const folder = std::getenv("TANDEM_CONTRACTS");
    return folder == nullptr || *folder == '\0' ? nullptr : std::unique_ptr<Contracts const>(new Contracts(folder));
  }();
  return contracts.get();
}

std::vector<Finding> Contracts::check(sandbox::Exchange const& exchange, Session& session) const {
  Findings findings(exchange.request.method + " " + exchange.request.raw_path());
  switch (exchange.service) {
    case sandbox::ServiceName::entra: check_entra(exchange, findings); break;
    case sandbox::ServiceName::dataverse: dataverse_.check(exchange, session, findings); break;
    case sandbox::ServiceName::jira:
    case sandbox::ServiceName::media: jira_.check(exchange, session, findings); break;
  }
  return findings.take();
}

}  // namespace tandem::test::contract
