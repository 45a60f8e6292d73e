// page_check(): whether every page that a snapshot of the store reaches is there and is what it should be.
//
// LMDB maps its file and believes it: a page behind the end of a file that a power loss or a copy has cut short is a bus error, a zeroed one an
// assertion; both kill the process. So the file is read here, by plain reads and with every number checked, before LMDB follows it.
// Format: LMDB 0.9 on a 64-bit little-endian machine (data version 1, lmdb.h; mdb.c: MDB_page, MDB_meta, MDB_node). What a value holds is not
// looked at: that is check_store()'s work.
#pragma once

#include <cstdint>

#include <tandem/base/result.hpp>

namespace tandem::store {

// `file`: data.mdb, open for reading. `snapshot`: the transaction whose pages are looked at; the caller keeps a reading transaction of it open,
// so that nobody reuses them. Errors: store — the file is damaged, with the page. Without an error: how many pages were looked at; 0 when no
// meta page holds that snapshot any more (two commits came in between: take a newer one).
Result<std::uint64_t> page_check(int file, std::uint64_t snapshot);

}  // namespace tandem::store
