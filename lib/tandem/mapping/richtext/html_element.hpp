// What a walk over libxml2's tree asks of one element. Private to html_read.cpp, html_locate.cpp and html_split.cpp.
#pragma once

#include <string>
#include <string_view>

#include <libxml/tree.h>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

xmlChar const* xml_text(char const* text);
std::string_view name_of(xmlNode const* node);
std::string_view content_of(xmlNode const* node);
std::string attribute(xmlNode* node, char const* name);  // "" when absent
Span span_of(xmlNode const* node);  // as html_locate.cpp noted it on the node; else empty

bool is_hidden(xmlNode* node);
// Adds what the tag and its style say to the marks; true when they also say a colour.
bool take_style(xmlNode* node, Marks& marks);
std::string language_of(std::string_view classes);     // "language-x" among the classes, else ""
std::string file_name(std::string_view address);       // the last part of an image's address; "" for data: and nameless ones
int number(std::string_view text, int least, int most, int other);
std::string clean_code(std::string_view text);         // LF only, without controls and the line ends around it
// A list all of whose items begin with "[ ]" or "[x]" is a task list.
void take_ticks(Block& list);

}  // namespace tandem::mapping::richtext
