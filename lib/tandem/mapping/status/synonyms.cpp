#include <tandem/mapping/status/synonyms.hpp>

#include <map>
#include <string>

#include <tandem/mapping/status/name_key.hpp>

namespace tandem::mapping::status {

namespace {

struct Entry {
  Group group;
  int place;
  std::string_view names;  // separated by '|'; in any spelling, name_key() is taken of each
};

using enum Group;

// Languages in the order en | de | fr | es | ja. Names of Jira's own workflows and of the standard tables come first.
constexpr Entry kNames[] = {
    {opened, 0,
     "new|open|opened|to do|todo|not started|reported|submitted|created|received|unstarted|"
     "neu|offen|zu erledigen|nicht begonnen|eingegangen|gemeldet|erstellt|"
     "nouveau|nouvelle|ouvert|ouverte|à faire|non démarré|non commencé|non commencée|"
     "nuevo|nueva|abierto|abierta|por hacer|pendiente de iniciar|tareas por hacer|no iniciado|no iniciada|sin empezar|"
     "新規|新着|未着手|未対応|オープン|起票|作業前|未開始"},
    {opened, 2,
     "triage|in triage|needs triage|to be triaged|zu prüfen|sichtung|à trier|à qualifier|por "
     "clasificar|トリアージ|受付|受付済み"},
    {opened, 3,
     "backlog|product backlog|selected for development|ready|ready for development|planned|geplant|eingeplant|planifié|"
     "planifiée|planificado|planificada|carnet de produit|バックログ|予定|計画済み"},
    {opened, 8,
     "reopened|re-opened|wiedereröffnet|wieder geöffnet|erneut "
     "geöffnet|rouvert|rouverte|réouvert|reabierto|reabierta|再オープン|再開"},
    {working, 0,
     "in progress|active|doing|in work|working|work in progress|wip|started|ongoing|underway|being worked on|"
     "in arbeit|in bearbeitung|aktiv|laufend|begonnen|wird bearbeitet|"
     "en cours|en cours de traitement|en traitement|actif|active|commencé|commencée|"
     "en curso|en progreso|en proceso|en desarrollo|activo|activa|trabajando|iniciado|iniciada|"
     "進行中|対応中|作業中|処理中|着手|着手中|アクティブ|実行中"},
    {working, 1, "in development|development|implementing|in entwicklung|in umsetzung|umsetzung|en développement|開発中|実装中"},
    {working, 2,
     "assigned|contacted|accepted|acknowledged|zugewiesen|kontaktiert|angenommen|assigné|assignée|contacté|"
     "asignado|asignada|contactado|担当者割当済み|割り当て済み|連絡済み"},
    {working, 3,
     "researching|research|investigating|investigation|under investigation|in investigation|analysis|in "
     "analysis|analyzing|analysing|"
     "diagnosing|recherche|in recherche|recherchieren|in analyse|analyse|wird untersucht|untersuchung|in klärung|"
     "recherche en cours|en recherche|en analyse|investigation en cours|"
     "investigando|en investigación|en análisis|analizando|調査中|調査|分析中|確認中"},
    {working, -1,
     "waiting for support|waiting for agent|wartet auf support|warten auf support|en attente du support|"
     "en attente du support technique|esperando al soporte|esperando soporte|esperando por "
     "soporte|サポート待ち|サポートの対応待ち"},
    {reviewing, 0,
     "in review|review|code review|peer review|under review|ready for review|in prüfung|im review|in überprüfung|"
     "en revue|en révision|revue|en revisión|revisión|レビュー中|レビュー"},
    {reviewing, 2,
     "testing|in test|in testing|test|qa|in qa|ready for qa|ready for test|uat|verifying|verification|im test|in abnahme|"
     "abnahme|en test|en recette|recette|en pruebas|pruebas|テスト中|検証中|受入テスト"},
    {waiting, 0,
     "waiting for customer|waiting for details|waiting for information|waiting for info|waiting for reporter|waiting for user|"
     "waiting for response|waiting for reply|waiting for customer response|waiting for feedback|waiting on customer|waiting on "
     "user|"
     "awaiting customer|awaiting information|awaiting response|awaiting reply|awaiting feedback|pending customer|pending "
     "information|"
     "pending customer response|customer pending|need info|needs info|need more info|needs more information|more information "
     "needed|"
     "more info required|info needed|information requested|"
     "warten auf details|warten auf kunden|warten auf kunde|wartet auf kunden|wartet auf kunde|warten auf rückmeldung|"
     "wartet auf rückmeldung|warten auf informationen|warten auf information|wartet auf informationen|rückfrage|in rückfrage|"
     "rückfrage an kunden|"
     "en attente du client|en attente client|en attente de détails|en attente d'informations|en attente d'information|"
     "en attente de réponse|attente client|"
     "esperando al cliente|esperando por el cliente|en espera del cliente|esperando detalles|en espera de detalles|"
     "esperando información|en espera de información|pendiente del cliente|esperando respuesta|"
     "お客様の返信待ち|顧客の返信待ち|顧客待ち|お客様待ち|回答待ち|返信待ち|詳細待ち|情報待ち|顧客回答待ち"},
    {waiting, 2,
     "waiting|pending|awaiting|waiting on someone else|waiting for third party|waiting on third "
     "party|wartet|warten|wartend|ausstehend|"
     "warten auf jemand anderen|en attente|attente|en attente d'une autre personne|esperando|en espera de otra persona|pendiente|"
     "待ち|待機|待機中|他の人を待機中"},
    {waiting, 4,
     "on hold|hold|blocked|paused|suspended|deferred|postponed|stalled|impeded|parked|snoozed|"
     "zurückgestellt|angehalten|blockiert|pausiert|gestoppt|ausgesetzt|verschoben|in wartestellung|gesperrt|"
     "bloqué|bloquée|en pause|suspendu|suspendue|reporté|reportée|différé|différée|mis en attente|mise en attente|"
     "en espera|bloqueado|bloqueada|en pausa|pausado|suspendido|suspendida|aplazado|aplazada|pospuesto|pospuesta|"
     "保留|保留中|ブロック|ブロック中|一時停止|停止中|延期"},
    {finished, 0,
     "resolved|problem solved|solved|fixed|information provided|answered|"
     "gelöst|problem gelöst|behoben|informationen bereitgestellt|information bereitgestellt|beantwortet|"
     "résolu|résolue|problème résolu|corrigé|informations fournies|information fournie|répondu|"
     "resuelto|resuelta|problema resuelto|solucionado|solucionada|corregido|información proporcionada|información facilitada|"
     "解決|解決済み|解決済|問題解決済み|問題が解決されました|問題解決|情報提供済み|情報を提供しました|回答済み"},
    {finished, 1,
     "done|completed|complete|finished|delivered|"
     "erledigt|fertig|abgeschlossen|fertiggestellt|vollständig|beendet|"
     "terminé|terminée|fini|finie|fait|achevé|complété|effectué|"
     "hecho|hecha|listo|lista|terminado|terminada|completado|completada|finalizado|finalizada|finalizada|"
     "完了|完了済み|終了|済み|対応済み|対応完了"},
    {finished, 3, "closed|geschlossen|fermé|fermée|clos|close|clôturé|clôturée|cerrado|cerrada|クローズ|クローズ済み|クローズド"},
    {finished, 6,
     "won|qualified|gewonnen|qualifiziert|gagné|gagnée|conclu|qualifié|qualifiée|ganado|ganada|lograda|calificado|受注|成約|成立|"
     "見込みあり"},
    {cancelled, 0,
     "cancelled|canceled|withdrawn|abandoned|"
     "storniert|abgebrochen|zurückgezogen|annulliert|"
     "annulé|annulée|abandonné|abandonnée|retiré|"
     "cancelado|cancelada|anulado|anulada|abandonado|retirado|"
     "キャンセル|キャンセル済み|取り消し|取消|取消済み|中止|取り下げ"},
    {cancelled, 2,
     "rejected|declined|denied|abgelehnt|zurückgewiesen|verworfen|rejeté|rejetée|refusé|refusée|rechazado|rechazada|"
     "denegado|却下|却下済み|拒否"},
    {cancelled, 3,
     "won't do|wont do|won't fix|wontfix|will not do|obsolete|invalid|not a bug|wird nicht erledigt|wird nicht gemacht|"
     "nicht umsetzen|wird nicht behoben|hinfällig|ungültig|ne sera pas fait|ne sera pas traité|obsolète|sans suite|"
     "no se hará|no se hara|no se realizará|obsoleto|対応しない|対応不要|実施しない|見送り|無効"},
    {cancelled, 2,
     "lost|disqualified|out-sold|outsold|no longer interested|cannot contact|verloren|disqualifiziert|perdu|perdue|"
     "disqualifié|perdido|perdida|descalificado|失注|見込みなし"},
    {cancelled, 7,
     "duplicate|duplicated|merged|duplikat|doppelt|zusammengeführt|doublon|fusionné|fusionnée|duplicado|duplicada|"
     "combinado|fusionado|重複|統合済み|統合"},
};

// Beginnings of names; what follows says what is waited for.
struct Beginning {
  Group group;
  int place;
  std::string_view key, end;  // name_key() form; `end` for languages in which it stands last
};
constexpr Beginning kBeginnings[] = {
    {waiting, 2, "waiting for ", ""},   {waiting, 2, "waiting on ", ""},   {waiting, 2, "awaiting ", ""},
    {waiting, 2, "warten auf ", ""},    {waiting, 2, "wartet auf ", ""},   {waiting, 2, "en attente de ", ""},
    {waiting, 2, "en attente du ", ""}, {waiting, 2, "en attente d ", ""}, {waiting, 2, "esperando ", ""},
    {waiting, 2, "en espera de ", ""},  {waiting, 4, "blocked by ", ""},   {waiting, 4, "on hold ", ""},
    {waiting, 2, "", "待ち"},
};

constexpr Entry kVerbs[] = {
    {opened, 8, "reopen|re-open|reopen issue|wieder öffnen|wiedereröffnen|rouvrir|reabrir|再開する"},
    {working, 0,
     "start|start progress|start work|begin|resume|continue|arbeit beginnen|starten|bearbeiten|fortsetzen|démarrer|commencer|"
     "reprendre|iniciar|empezar|reanudar|開始|作業開始|対応開始"},
    {waiting, 0,
     "wait for customer|ask customer|respond to customer|request information|rückfragen|kunden fragen|demander au client|"
     "preguntar al cliente|お客様に確認"},
    {waiting, 4,
     "put on hold|hold|block|pause|suspend|defer|zurückstellen|anhalten|blockieren|mettre en attente|bloquer|suspendre|"
     "poner en espera|bloquear|suspender|保留にする"},
    {finished, 0, "resolve|resolve issue|solve|fix|lösen|beheben|résoudre|corriger|resolver|解決する"},
    {finished, 1,
     "complete|finish|mark as done|erledigen|abschließen|fertigstellen|terminer|achever|completar|terminar|finalizar|完了する"},
    {finished, 3, "close|close issue|schließen|fermer|clôturer|cerrar|クローズする"},
    {cancelled, 0,
     "cancel|cancel "
     "request|withdraw|abandon|stornieren|abbrechen|zurückziehen|annuler|abandonner|cancelar|anular|キャンセルする"},
    {cancelled, 2, "reject|decline|deny|ablehnen|zurückweisen|rejeter|refuser|rechazar|denegar|却下する"},
};

constexpr Entry kResolutions[] = {
    {finished, 0,
     "fixed|done|resolved|solved|completed|complete|fixed by vendor|delivered|released|known workaround|"
     "behoben|erledigt|gelöst|fertig|abgeschlossen|corrigé|résolu|terminé|fait|fini|"
     "corregido|resuelto|hecho|listo|completado|finalizado|solucionado|修正済み|完了|解決済み|解決|対応済み"},
    {cancelled, 0,
     "cancelled|canceled|withdrawn|rejected|declined|invalid|not a bug|storniert|abgebrochen|abgelehnt|zurückgezogen|"
     "ungültig|annulé|rejeté|refusé|cancelado|rechazado|anulado|キャンセル|却下|無効"},
    {cancelled, 5,
     "cannot reproduce|can't reproduce|could not reproduce|not reproducible|incomplete|nicht reproduzierbar|unvollständig|"
     "impossible à reproduire|non reproductible|incomplet|no se puede reproducir|no "
     "reproducible|incompleto|再現できず|再現不可|再現せず"},
    {cancelled, 1,
     "won't do|wont do|won't fix|wontfix|will not fix|will not do|obsolete|wird nicht erledigt|wird nicht behoben|"
     "wird nicht gemacht|ne sera pas fait|ne sera pas corrigé|no se hará|no se corregirá|no se arreglará|"
     "対応しない|修正しない|実施しない|対応不要"},
    {cancelled, 7, "duplicate|duplicated|duplikat|doublon|duplicado|重複"},
};

using Table = std::map<std::string, Meaning>;

template <std::size_t N>
void enter(Table& table, Entry const (&entries)[N]) {
  for (auto const& entry : entries) {
    for (std::string_view rest = entry.names; !rest.empty();) {
      auto const end = std::min(rest.find('|'), rest.size());
      table.emplace(name_key(rest.substr(0, end)), Meaning{entry.group, entry.place});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
}

template <std::size_t N>
Table table_of(Entry const (&entries)[N]) {
  Table table;
  enter(table, entries);
  return table;
}

std::optional<Meaning> find(Table const& table, std::string const& key) {
  auto const found = table.find(key);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Meaning> by_beginning(std::string_view key) {
  for (auto const& one : kBeginnings) {
    bool const longer = key.size() > one.key.size() + one.end.size();
    if (longer && key.starts_with(one.key) && key.ends_with(one.end)) return Meaning{one.group, one.place};
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Group group) {
  switch (group) {
    case opened: return "open";
    case working: return "in progress";
    case reviewing: return "in review";
    case waiting: return "waiting";
    case finished: return "done";
    case cancelled: return "cancelled";
  }
  return "";
}

std::optional<Meaning> meaning_of(std::string_view name) {
  static Table const table = table_of(kNames);
  auto const key = name_key(name);
  if (key.empty()) return std::nullopt;
  auto const found = find(table, key);
  return found ? found : by_beginning(key);
}

std::optional<Meaning> meaning_of_transition(std::string_view name) {
  static Table const table = table_of(kVerbs);
  auto const found = find(table, name_key(name));
  return found ? found : meaning_of(name);
}

std::optional<Meaning> meaning_of_resolution(std::string_view name) {
  static Table const table = table_of(kResolutions);
  return find(table, name_key(name));
}

}  // namespace tandem::mapping::status
