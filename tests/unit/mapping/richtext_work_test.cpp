// Work instead of time: twice the text costs about twice the allocated bytes, whatever the text is (SPEC S3).
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_merge.hpp>
#include <tandem/mapping/richtext/text.hpp>

using namespace tandem::mapping::richtext;

namespace {

thread_local std::size_t allocated = 0;

std::size_t work_of(std::function<void()> const& body) {
  auto const before = allocated;
  body();
  return allocated - before;
}

std::string repeated(std::string const& piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

}  // namespace

// The program's own, counting. All of a kind are replaced, so that none is freed by another's way.
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const& /*how*/) noexcept {
  allocated += size;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (auto* const memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("no text costs its square [C5][S3]") {
  auto const piece = GENERATE(as<std::string>(), "<p>a word</p>", "<", "&", "<p ", "<!--", "<b>x</b> ", "<br>", "&nbsp;", "<li>x",
                              "<td>a<td>b<tr>", "- a\n", "1. a\n  - b\n", "word\n\n", "[ ] ", "<a href=x>", "</div>", " ");
  CAPTURE(piece);
  auto const work = [&](std::size_t times) {
    auto const text = repeated(piece, times);
    return work_of([&] {
      looks_like_html(text, true);
      if (auto const read = from_html(text)) {
        to_html(read->document);
        to_adf(read->document, SIZE_MAX);
      }
      to_adf(from_text(text), SIZE_MAX);
      to_text(from_text(text));
    });
  };
  auto const once = work(8000);
  auto const twice = work(16000);
  CAPTURE(once, twice);
  CHECK(static_cast<double>(twice) < 2.6 * static_cast<double>(once) + 100'000);
}

TEST_CASE("HTML of 10,000 nested elements, and a tag of many attributes, are refused at once [C5][S3]") {
  CHECK_FALSE(from_html(repeated("<div>", 10'000) + "text").has_value());
  std::string tag = "<p ";
  for (int i = 0; i < 100'000; ++i) tag += "a" + std::to_string(i) + "=1 ";
  CHECK_FALSE(from_html(tag + ">text</p>").has_value());
}

TEST_CASE("an edit in Jira over HTML of 10,000 blocks costs no square, and keeps every block that was left alone [C8][S3]") {
  auto const [frame, tag] = GENERATE(table<std::string, std::string>({{"div", "p"}, {"ul", "li"}}));
  auto const html = [&frame = frame, &tag = tag](std::size_t blocks, std::string const& style, std::size_t every) {
    auto out = "<" + frame + ">";
    for (std::size_t i = 0; i < blocks; ++i)
      out += "<" + tag + style + ">" + (i % every == every / 2 ? "edited" : "block") + " number " + std::to_string(i) + "</" +
             tag + ">";
    return out + "</" + frame + ">";
  };
  auto const work = [&](std::size_t blocks) {
    auto const present = html(blocks, " style=\"color:red\"", SIZE_MAX);
    auto const edited = from_html(html(blocks, "", 100));
    std::optional<MergedHtml> merged;
    auto const done = work_of([&] { merged = merge_html(present, edited->document); });
    REQUIRE(merged);
    std::size_t kept = 0;
    for (auto at = merged->html.find("color:red"); at != std::string::npos; at = merged->html.find("color:red", at + 1)) ++kept;
    CHECK(kept == (tag == "p" ? blocks - blocks / 100 : blocks));  // an item keeps its tag
    return done;
  };
  auto const once = work(10'000);
  auto const twice = work(20'000);
  CAPTURE(once, twice);
  CHECK(static_cast<double>(twice) < 2.6 * static_cast<double>(once) + 100'000);
}
