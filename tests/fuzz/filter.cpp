#include <tandem/base/text/percent.hpp>

#include "box.hpp"
#include "targets.hpp"

namespace fuzz {

void filter(std::string_view bytes) {
  auto const query = bytes.starts_with('?') ? std::string(bytes.substr(1)) : "$filter=" + tandem::text::percent_encoded(bytes);
  send(sandbox::ServiceName::dataverse, {"GET",
                                         "/api/data/v9.2/incidents?" + query,
                                         {{"Authorization", dataverse_authorization()}, {"Prefer", "odata.maxpagesize=3"}},
                                         ""});
}

}  // namespace fuzz
