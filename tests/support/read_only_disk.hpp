// A disk that is read-only to this process and to all that it starts, without a mount: the kernel answers EROFS to what would change a file.
//
// By a filter on system calls, which also holds for root and inside a container; there is no way back, so this is for a forked child.
// `openings`: whatever opens, makes, renames or removes for writing, as on a disk that was mounted so; else only writing to what is open already,
// as on one that the kernel made read-only after a fault.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace tandem::test {

// False where the kernel does not offer it: the test says so and is skipped.
inline bool make_disk_read_only(bool openings) {
#if defined(__x86_64__)
  constexpr unsigned kArch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
  constexpr unsigned kArch = AUDIT_ARCH_AARCH64;
#else
  return false;
#endif
  auto const load = [](std::size_t at) { return sock_filter(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(at))); };
  auto const end = [](unsigned what) { return sock_filter(BPF_STMT(BPF_RET | BPF_K, what)); };
  auto const call_is = [](long number, unsigned char yes, unsigned char no) {
    return sock_filter(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(number), yes, no));
  };
  unsigned const refuse = SECCOMP_RET_ERRNO | EROFS;
  unsigned const allow = SECCOMP_RET_ALLOW;
  std::vector<sock_filter> filter{load(offsetof(seccomp_data, arch)), call_is(kArch, 1, 0), end(allow),
                                  load(offsetof(seccomp_data, nr))};
  auto const refused = [&](long number) {
    filter.push_back(call_is(number, 0, 1));
    filter.push_back(end(refuse));
  };
  // One whose flags, in that argument, ask to write.
  auto const refused_to_write = [&](long number, std::size_t argument) {
    filter.push_back(call_is(number, 0, 4));
    filter.push_back(load(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t)));  // little-endian: the low half
    filter.push_back(sock_filter(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1)));
    filter.push_back(end(refuse));
    filter.push_back(end(allow));
  };
  if (openings) {
    for (long const number : {SYS_mkdirat, SYS_unlinkat, SYS_renameat2, SYS_renameat, SYS_fchmodat, SYS_linkat, SYS_symlinkat})
      refused(number);
#if defined(__x86_64__)
    for (long const number : {SYS_mkdir, SYS_unlink, SYS_rmdir, SYS_rename, SYS_creat, SYS_chmod}) refused(number);
    refused_to_write(SYS_open, 1);
#endif
    refused_to_write(SYS_openat, 2);
  } else {
    for (long const number : {SYS_pwrite64, SYS_pwritev, SYS_pwritev2, SYS_ftruncate}) refused(number);
  }
  filter.push_back(end(allow));
  sock_fprog const program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace tandem::test
