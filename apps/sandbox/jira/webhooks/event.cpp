#include "jira/webhooks/event.hpp"

#include "jira/site.hpp"

namespace sandbox::jira {

void announce(Site& site, Event event) { site.events.push_back(std::move(event)); }

}  // namespace sandbox::jira
