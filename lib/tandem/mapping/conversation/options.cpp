#include <tandem/mapping/conversation/options.hpp>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

namespace tandem::mapping::conversation {

Comments comments_of(Item const& item) {
  auto const& written = item.comments;
  Comments out;
  out.enabled = item.synchronised() && written["enabled"].truthy();
  if (auto const since = written["since"].text(); !since.empty()) {
    out.since.given = true;
    if (since != "all") out.since.at = parse_instant(since);
  }
  out.is_public = written["visibility"].text() == "public";
  out.include_restricted = written["includeRestricted"].truthy();
  auto const* edits = written["edits"].if_bool();
  out.edits = edits == nullptr || *edits;
  return out;
}

Files files_of(Item const& item) {
  auto const& written = item.attachments;
  Files out;
  out.enabled = item.synchronised() && written["enabled"].truthy();
  if (auto const most = written["maxBytes"].integer(); most && *most > 0) out.most_bytes = static_cast<std::uint64_t>(*most);
  out.verify = written["verify"].truthy();
  return out;
}

std::string mark_of(Item const& item) {
  return to_hex(
      sha256(json::to_canonical(json::Object{{"comments", item.comments}, {"attachments", item.attachments}})).substr(0, 8));
}

}  // namespace tandem::mapping::conversation
