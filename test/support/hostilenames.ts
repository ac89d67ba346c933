/**
 * Two hundred names that somebody may give to a thing so that they do something where they are shown, stored or sent on.
 * What would run in a browser sets `window.ran`.
 */
const run = 'window.ran=1'
const html = [
  `<script>${run}</script>`,
  `<img src=x onerror=${run}>`,
  `<svg/onload=${run}>`,
  `<iframe srcdoc="<script>parent.ran=1</script>">`,
  `<a href="javascript:${run}">x</a>`,
  `<style>*{display:none}</style>`,
  `<base href="//example.invalid/">`,
  `<meta http-equiv=refresh content=0;url=//example.invalid>`,
  `<form action=//example.invalid><input name=password autofocus onfocus=${run}>`,
  `<details open ontoggle=${run}>`,
  `<math><mtext></table><mglyph><style><img src=x onerror=${run}>`,
  `</title><script>${run}</script>`,
  `</textarea><script>${run}</script>`,
  `<!--<script>${run}</script>-->`,
  `<marquee onstart=${run}>x`,
  `<object data="data:text/html,<script>parent.ran=1</script>">`,
  `<link rel=stylesheet href=//example.invalid/x.css>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
]
const attributes = [
  `" onmouseover="${run}" x="`,
  `' onfocus='${run}' autofocus='`,
  `\`onclick=${run}\``,
  `"><script>${run}</script>`,
  `'><img src=x onerror=${run}>`,
  `javascript:${run}`,
  `data:text/html,<script>${run}</script>`,
  `" style="position:fixed;inset:0;background:red`,
  `&quot; onclick=&quot;${run}`,
  `&#x3c;script&#x3e;${run}&#x3c;/script&#x3e;`,
]
const bidi = [
  '\u202eexe.piz',
  'a\u2066b\u2069\u202e',
  '\u200f\u200eabc',
  '\u061cx',
  'a\u2028b',
  'a\u2029b',
  '\ufeffx',
  '\u200b',
  'a\u00adb',
  '\u2067',
]
const formulas = [
  ...[
    '=1+1',
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-1+1',
    '@SUM(1,1)',
    '=HYPERLINK("//example.invalid","x")',
    '\t=1+1',
    ' =1+1',
  ],
  ...[
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(1)',
    "'=1+1",
    '"=1+1"',
    ';=1+1',
    '=1+1;',
    "-2+3+cmd|' /C calc'!A0",
    '%=1',
    '=IMPORTXML("//example.invalid","//a")',
  ],
]
const topics = ['#', '+', 'a/#', '+/+', '$SYS/#', '$share/x/#', '/', '//', 'a/b', 'gatehouse/+/request/#']
const paths = [
  ...[
    '../../etc/passwd',
    '..\\..\\windows\\win.ini',
    '/etc/passwd',
    'C:\\x',
    '....//....//x',
    '%2e%2e%2f',
    '..%00/',
    '~/x',
    './.',
    '..',
  ],
  ...[
    'CON',
    'NUL.txt',
    'aux',
    'COM1',
    'LPT9.csv',
    'x.',
    'x ',
    'file:///etc/passwd',
    '\\\\example.invalid\\x',
    '.htaccess',
    'x:stream',
    'a|b<c>d?e*f',
  ],
]
const lines = [
  ...[
    'a\r\nSet-Cookie: ran=1',
    'a\r\n\r\n<script>',
    'a\nBcc: x@example.invalid',
    'a\r\nb',
    'a\nb',
    'a\rb',
    'a\u0085b',
    'a\u000bb',
    'a\u000cb',
  ],
  ...[
    '\n{"level":60,"msg":"forged"}',
    '2026-11-23 FATAL forged',
    'x\u001b[2Jx',
    '\u001b]0;owned\u0007',
    '\u0007',
    '\u0008\u0008\u0008x',
    '\u007f',
    '\u0001\u0002\u0003',
  ],
]
const sql = [
  "' OR '1'='1",
  "'; DROP TABLE people; --",
  '" OR ""="',
  "x') UNION SELECT 1 --",
  "a''b",
  '%',
  '_',
  '\\',
  'x\\',
  "\\'; --",
]
const templates = [
  ...[
    '{{7*7}}',
    '$' + '{7*7}',
    '#{7*7}',
    '<%= 7*7 %>',
    '{{constructor.constructor("window.ran=1")()}}',
    '{name}',
    '{0}',
    '%s%s%n',
    '%d',
    '$&',
    '$1',
    "$'",
    '$`',
  ],
  ...[
    '{% x %}',
    '[[7*7]]',
    '@{7*7}',
    'true || true',
    'size("x") > 0',
    '"a".matches("(a+)+$")',
    '[1].map(x, x)',
    '{count}',
    '{{count}}',
    '$t(common.yes)',
    '{n, plural, other{x}}',
  ],
]
const signs = [
  ...[
    '👨‍👩‍👧‍👦'.repeat(3),
    '🏳️‍🌈',
    '🇨🇳',
    '👩🏽‍🚒',
    '𠮷野家',
    '㍿',
    'ﷺ',
    'Z̸̡̢͔͇̮͙̐̌͗a̵͜l̷g̴o̶',
    'é',
    'e\u0301',
    'İı',
    'ß',
    'ﬁ',
    '𝒜',
    '①',
    '\u3000',
    '\u00a0',
    '\u2003x',
  ],
  ...[
    'x'.repeat(100),
    '長'.repeat(100),
    'W'.repeat(200),
    'a '.repeat(90),
    '—'.repeat(60),
    'i'.repeat(199),
    'الاسم',
    'שם',
    'ชื่อ',
    'ｆｕｌｌ',
    '龘靐齉',
  ],
]
const words = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'null',
    'undefined',
    'NaN',
    'true',
    'false',
    '0',
    '-0',
    '-1',
    '1e999',
  ],
  ...[
    'Infinity',
    '[object Object]',
    '[]',
    '{}',
    '2026-02-30',
    '1/2',
    '1-2',
    'SEPT1',
    '00123',
    '1,5',
    'a=b',
    'a,b=c d=1',
    'a b',
    '#x',
    'ns=1;i=85',
    'i=85',
    'ns=0;s=../x',
  ],
]
const all = [
  ...html,
  ...attributes,
  ...bidi,
  ...formulas,
  ...topics,
  ...paths,
  ...lines,
  ...sql,
  ...templates,
  ...signs,
  ...words,
]
/** Exactly two hundred. */
export const hostileNames: readonly string[] = all.slice(0, 200)
export const leftOver = Math.max(0, 200 - all.length)
/** Those that nobody could keep as they are. */
export const unkeepable: readonly string[] = ['a\u0000b', '\u0000', '\ud800', 'x\udc00', '\udfff\ud800', '\ud83d']

/** The same site with every name and text in it another one of them; ids stay. */
export function renamed<T>(site: T): T {
  let n = 0
  const next = () => hostileNames[n++ % hostileNames.length]!
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const words = Object.keys(value)
    if (words.length === 2 && words.includes('zh-CN') && words.includes('en')) return { 'zh-CN': next(), en: next() }
    // What hangs at the door of a unit has one name.
    return Object.fromEntries(
      Object.entries(value).map(([word, inner]) => [word, word === 'tenant' ? next().slice(0, 100) : walk(inner)]),
    )
  }
  return walk(site) as T
}
