// Reads the "jira" part of a world file. Its shape, by example (worlds/support.jira.json is a whole one):
//
//   site {url, cloudId, title}                        accounts [{login, accountId, email, token, scopedToken, displayName, timeZone, locale, connector,
//             showsEmail, accountType, appType, active, denied, granted [permissions], scopes [of the scoped token], groups, roles [names]}]
//   oauthClients [{clientId, clientSecret, account: LOGIN, scopes}]  roles [{id, name}]  linkTypes [{id, name, inward, outward}]
//   statuses [{id, name, category, translations}]     priorities, resolutions, issueTypes [{id, name, subtask, hierarchyLevel, …}]     defaultPriority "3"
//   fields [{id: "customfield_10050", name, type: "textfield" (last part of the type's URI), options [{id, value}], projects [ids], uri}]
//   A status, issue type or field with "project": ID belongs to that team-managed project alone (its `scope`).
//   workflows {NAME: {initial, transitions [{id, name, from [ids] or "*", to, screen [{field, required}], resolution, onlyFor [logins], conditional, hidden}]}}
//   projects [{id, key, name, lead, types [{type, workflow, create [screen], edit [screen], defaults {field: value}}], components, versions,
//             style "next-gen" (team-managed), projectTypeKey, private, members [logins who see it], description, uuid}]
//   groups [{id, name}]  sprints [{id, name, state}]
//   issues [{project: KEY, type: ID, fields: {as a client sends them}, status, created, updated, author, comments, properties, remoteLinks, formerKeys,
//           attachments [{filename, text | base64, mimeType, author, created}], worklogs [{author, started, timeSpent, comment}], links [{type, to: KEY}]}]
//
// A screen row is "field" or {"field", "required"}. Rich text is taken as it is. Errors: ErrorKind::config, naming the place.
#pragma once

#include <tandem/base/result.hpp>

#include "jira/site.hpp"

namespace sandbox::jira {

tandem::Result<tandem::Unit> load_world(Site& site, json::Value const& part);

// Issues of the file; the definition must be loaded.
tandem::Result<tandem::Unit> load_issues(Site& site, json::Value const& issues);

}  // namespace sandbox::jira
