// The one style of the page. Dark where the reader's system is; below 64rem tables become cards, so that nothing is wider than a telephone.
// Its bytes are part of the page's content policy (their digest): they are written into the page as they stand here.
#pragma once

#include <string_view>

namespace tandem::cli {

inline constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--faint:#59636e;--line:#d1d9e0;--card:#f6f8fa;--bad:#b3261e;--warn:#855300;--good:#1a7f37;
--s0:#0969da;--s1:#8250df;--s2:#1a7f37;--s3:#bf8700}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--faint:#9198a1;--line:#3d444d;--card:#161b22;--bad:#ff7b72;--warn:#e3b341;--good:#56d364;
--s0:#58a6ff;--s1:#bc8cff;--s2:#56d364;--s3:#e3b341}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{max-width:72rem;margin:0 auto;padding:1rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{margin:0;font-size:1.5rem}
h2{margin:2rem 0 .5rem;font-size:1.15rem}
p{margin:.25rem 0}
.faint,figcaption span,.axis,footer{color:var(--faint)}
.banner{margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-left:.4rem solid var(--good);background:var(--card);font-weight:600}
.banner.bad{border-left-color:var(--bad)}
.banner.warning{border-left-color:var(--warn)}
b.bad,td.bad,dd.bad{color:var(--bad)}
b.warning,td.warning,dd.warning{color:var(--warn)}
.advice{margin:0;padding:0;list-style:none}
.advice li{padding:.5rem 0;border-top:1px solid var(--line)}
.advice p{margin:0}
code{font-family:ui-monospace,monospace;font-size:.9em}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.75rem;margin:0}
.facts div{padding:.5rem .75rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card)}
dt{color:var(--faint);font-size:.85rem}
dd{margin:0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem}
figure{margin:0;min-width:0}
svg{display:block;width:100%;height:8rem}
.grid{stroke:var(--line);stroke-width:1;fill:none;vector-effect:non-scaling-stroke}
.hit{fill:transparent}
g:hover .hit{fill:var(--line)}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}
.failures .s0{fill:var(--bad)}.failures .s1{fill:var(--warn)}
.axis{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;font-size:.8rem}
.legend{display:flex;flex-wrap:wrap;gap:0 1rem;margin:0;padding:0;list-style:none;font-size:.85rem}
.legend li::before{content:"";display:inline-block;width:.7rem;height:.7rem;margin-right:.35rem;background:var(--c)}
.k0{--c:var(--s0)}.k1{--c:var(--s1)}.k2{--c:var(--s2)}.k3{--c:var(--s3)}
.failures .k0{--c:var(--bad)}.failures .k1{--c:var(--warn)}
table{width:100%;border-collapse:collapse}
th,td{padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--faint);font-size:.85rem;font-weight:600;white-space:nowrap}
td{min-width:3.5rem}
summary{cursor:pointer}
@media (max-width:64rem){
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td{display:block}
tr{padding:.5rem 0;border-top:1px solid var(--line)}
td{display:grid;min-width:0;grid-template-columns:minmax(5.5rem,30%) minmax(0,1fr);gap:.5rem;padding:.1rem 0;border:0}
td::before{content:attr(data-name);color:var(--faint);font-size:.85rem}
td:empty{display:none}
}
)css";

}  // namespace tandem::cli
