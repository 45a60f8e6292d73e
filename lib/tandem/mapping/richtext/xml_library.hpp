// libxml2, loaded when the first HTML is read (base/shared_library).
//
// With libxml2 come ICU and its 30 MB of data, zlib and liblzma, a quarter of the CPU that a start costs, and most starts read no HTML: a webhook
// receiver starts `push-event --enqueue-only` for each event. Only this and the files beside it may name libxml2's functions.
#pragma once

#include <libxml/HTMLparser.h>

#include <tandem/base/result.hpp>

namespace tandem::mapping::richtext {

struct XmlLibrary {
  decltype(&::xmlInitParser) init_parser = nullptr;
  decltype(&::htmlNewParserCtxt) new_context = nullptr;
  decltype(&::htmlFreeParserCtxt) free_context = nullptr;
  decltype(&::htmlCtxtReadMemory) read_memory = nullptr;
  decltype(&::xmlDocGetRootElement) root = nullptr;
  decltype(&::xmlFreeDoc) free_tree = nullptr;
  decltype(&::xmlHasProp) has_attribute = nullptr;
  decltype(&::xmlGetProp) attribute = nullptr;
  xmlFreeFunc* free_text = nullptr;  // a variable of the library: what frees what xmlGetProp gave
};

// Loads and starts it at the first call, from any thread. Errors: config, when it is not installed or lacks a function. The same answer each
// time.
Result<XmlLibrary const*> load_xml();

// REQUIRES: load_xml() succeeded in this process, as it did where there is a tree.
XmlLibrary const& xml();

}  // namespace tandem::mapping::richtext
