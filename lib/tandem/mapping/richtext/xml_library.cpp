#include <tandem/mapping/richtext/xml_library.hpp>

#include <tandem/base/shared_library.hpp>

namespace tandem::mapping::richtext {

namespace {

Result<XmlLibrary> load() {
  TANDEM_TRY(auto const library, SharedLibrary::load("libxml2.so.2", "libxml2"));
  XmlLibrary out;
  TANDEM_CHECK(library.find("xmlInitParser", out.init_parser));
  TANDEM_CHECK(library.find("htmlNewParserCtxt", out.new_context));
  TANDEM_CHECK(library.find("htmlFreeParserCtxt", out.free_context));
  TANDEM_CHECK(library.find("htmlCtxtReadMemory", out.read_memory));
  TANDEM_CHECK(library.find("xmlDocGetRootElement", out.root));
  TANDEM_CHECK(library.find("xmlFreeDoc", out.free_tree));
  TANDEM_CHECK(library.find("xmlHasProp", out.has_attribute));
  TANDEM_CHECK(library.find("xmlGetProp", out.attribute));
  TANDEM_CHECK(library.find("xmlFree", out.free_text));
  out.init_parser();
  return out;
}

Result<XmlLibrary> const& loaded() {
  static Result<XmlLibrary> const library = load();
  return library;
}

}  // namespace

Result<XmlLibrary const*> load_xml() {
  auto const& library = loaded();
  if (!library) return fail(library.error());
  return &*library;
}

XmlLibrary const& xml() { return *loaded(); }

}  // namespace tandem::mapping::richtext
