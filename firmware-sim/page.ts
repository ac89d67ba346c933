import type { DeviceView, LineView, Overview, ScenarioView } from './overview.ts'
import type { Seen } from './scenario.ts'

/** The page of the building for a browser: one answer, no outside resources; it fetches itself again every two seconds. */

export type Language = 'zh-CN' | 'en'

const words = {
  'zh-CN': {
    title: '演示楼',
    time: '楼内时间',
    speed: '速度',
    runsAt: '本机实际能跑',
    scenarios: '场景',
    start: '开始',
    end: '结束并复原',
    running: '进行中',
    steps: '步',
    watch: '平台上应依次看到',
    within: '秒内',
    isBad: '变为“坏”',
    lines: '线路',
    line: '线路',
    protocol: '协议',
    where: '地址',
    devices: '设备',
    requests: '请求数',
    faults: '故障',
    dead: '已断',
    cut: '断开',
    repair: '接回',
    device: '设备故障',
    unit: '站号',
    kind: '故障',
    apply: '施加',
    none: '正常',
    mute: '不应答',
    slow: '应答慢 3 秒',
    late: '下一次应答迟到',
    refuse: '拒绝（异常码 04）',
    garbage: '乱码',
    drop: '断开连接',
    parts: '各系统',
    away: '演示楼没有回应',
  },
  en: {
    title: 'The demo building',
    time: 'Time in the building',
    speed: 'Speed',
    runsAt: 'this machine manages',
    scenarios: 'Scenarios',
    start: 'Start',
    end: 'End, put right',
    running: 'under way',
    steps: 'steps',
    watch: 'What Gatehouse should show, in this order',
    within: 's at most',
    isBad: 'turns bad',
    lines: 'Lines',
    line: 'Line',
    protocol: 'Protocol',
    where: 'Address',
    devices: 'Devices',
    requests: 'Requests',
    faults: 'Faults',
    dead: 'dead',
    cut: 'Cut',
    repair: 'Repair',
    device: 'Fault of a device',
    unit: 'Unit',
    kind: 'Fault',
    apply: 'Apply',
    none: 'none',
    mute: 'silent',
    slow: 'answers 3 s late',
    late: 'next answer is late',
    refuse: 'refuses (exception 04)',
    garbage: 'nonsense',
    drop: 'drops the connection',
    parts: 'Systems',
    away: 'The demo building does not answer',
  },
} as const
type Words = (typeof words)[Language]

/** `?lang=zh-CN` or `?lang=en`, else what the browser prefers. */
export function languageOf(url: string, accepts = ''): Language {
  const asked = /[?&]lang=([A-Za-z-]+)/.exec(url)?.[1] ?? accepts
  return /^\s*zh/i.test(asked) ? 'zh-CN' : 'en'
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const safe = (text: unknown) => String(text).replace(/[&<>"']/g, char => escapes[char]!)

const button = (text: string, path: string, body: object, more = '') =>
  `<button data-post="${safe(path)}" data-body="${safe(JSON.stringify(body))}"${more}>${safe(text)}</button>`

/** @param nonce of the content security policy of this answer */
export function pageOf(overview: Overview, language: Language, nonce: string): string {
  const w = words[language]
  const other = language === 'en' ? { code: 'zh-CN', name: '中文' } : { code: 'en', name: 'English' }
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${w.title}</title><style nonce="${nonce}">${style}</style></head>
<body><header><h1>${w.title}</h1><a href="?lang=${other.code}">${other.name}</a></header>
<p id="trouble" role="alert" hidden data-away="${w.away}"></p>
<main>
<section id="time" data-live>${timeOf(overview, w)}</section>
<section><h2>${w.scenarios}</h2><div id="scenarios" data-live>${overview.scenarios
    .map(scenario => scenarioOf(scenario, language, w))
    .join('')}</div></section>
<section><h2>${w.device}</h2>${faultForm(overview.lines, w)}</section>
<section><h2>${w.lines}</h2><table><thead><tr><th>${w.line}<th>${w.protocol}<th>${w.where}<th>${w.devices}<th>${w.requests}<th>${w.faults}<th></thead>
<tbody id="lines" data-live>${overview.lines.map(line => lineOf(line, w)).join('')}</tbody></table></section>
<section><h2>${w.parts}</h2><div id="parts" data-live>${Object.entries(overview.devices)
    .map(([name, device]) => partOf(name, device, w))
    .join('')}</div></section>
</main><script nonce="${nonce}">${script}</script></body></html>`
}

function timeOf({ time }: Overview, w: Words): string {
  const speeds = [1, 10, 60, 600].map(speed =>
    button(`${speed}×`, 'time/speed', { speed }, speed === time.speed ? ' aria-pressed="true"' : ''),
  )
  const held = time.runsAt < time.speed ? ` <em>${w.runsAt} ${Math.round(time.runsAt)}×</em>` : ''
  return `<p>${w.time} <b>${localTime(time.at)}</b></p><p>${w.speed} ${speeds.join(' ')}${held}</p>`
}

/** The building stands at UTC+8, and so do its people. */
const localTime = (at: string) =>
  `${new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} (UTC+8)`

function scenarioOf({ id, title, text, sees, running }: ScenarioView, language: Language, w: Words): string {
  const state = running
    ? `<em>${w.running} ${running.forS} s, ${running.stepsDone}/${running.steps} ${w.steps}</em>`
    : ''
  const troubles = running?.troubles.map(trouble => `<p class="bad">${safe(trouble)}</p>`).join('') ?? ''
  const list = sees.map(
    seen => `<li>${safe(seen.point)} ${safe(conditionOf(seen, w))} <small>${seen.byS} ${w.within}</small>`,
  )
  const act = running ? button(w.end, `scenarios/${id}/end`, {}) : button(w.start, `scenarios/${id}/start`, {})
  return `<article><div>${act}</div><div><b>${safe(title[language])}</b> <code>${safe(id)}</code> ${state}<p>${safe(text[language])}</p>${troubles}
<details id="s-${safe(id)}"><summary>${w.watch}</summary><ol>${list.join('')}</ol></details></div></article>`
}

function conditionOf({ is }: Seen, w: Words): string {
  if (is === 'bad') return w.isBad
  if ('equals' in is) return `= ${is.equals}`
  return 'above' in is ? `> ${is.above}` : `< ${is.below}`
}

function lineOf({ id, protocol, port, pty, dead, units = [], requests }: LineView, w: Words): string {
  const faults = units
    .filter(({ fault }) => fault)
    .map(({ unit, fault }) => `${unit}: ${w[fault as keyof Words] ?? fault}`)
  const act = button(dead ? w.repair : w.cut, 'line/dead', { line: id, on: !dead })
  return `<tr><td><code>${safe(id)}</code><td>${protocol}<td>${port}${pty ? `<br><small>${safe(pty)}</small>` : ''}
<td>${units.length || ''}<td>${requests ?? ''}<td class="bad">${dead ? w.dead : safe(faults.join(', '))}<td>${act}`
}

const kinds = ['mute', 'slow', 'late', 'refuse', 'garbage', 'drop', 'none'] as const

function faultForm(lines: readonly LineView[], w: Words): string {
  const units = lines.flatMap(({ id, units = [] }) => units.map(({ unit }) => ({ line: id, unit })))
  const options = units.map(
    ({ line, unit }) => `<option value="${safe(JSON.stringify({ line, unit }))}">${safe(line)} / ${unit}</option>`,
  )
  return `<form id="fault"><label>${w.line} / ${w.unit} <select name="device">${options.join('')}</select></label>
<label>${w.kind} <select name="kind">${kinds.map(kind => `<option value="${kind}">${w[kind]}</option>`).join('')}</select></label>
<button>${w.apply}</button></form>`
}

function partOf(name: string, { state, fault }: DeviceView, w: Words): string {
  const kind = fault ? ` <em class="bad">${w[fault.kind as keyof Words] ?? fault.kind}</em>` : ''
  const rows = flat(state).map(([key, value]) => `<tr><th>${safe(key)}<td>${safe(value)}`)
  return `<details id="p-${safe(name)}"><summary><code>${safe(name)}</code>${kind}</summary><table>${rows.join('')}</table></details>`
}

/** Values by their path, numbers short. */
export function flat(state: unknown, path = ''): [string, string][] {
  if (typeof state === 'number') return [[path, Number.isInteger(state) ? String(state) : state.toFixed(2)]]
  if (state instanceof Set) return [[path, [...state].join(', ')]]
  if (state instanceof Map) return flat(Object.fromEntries(state), path)
  if (typeof state !== 'object' || state === null) return [[path, String(state)]]
  return Object.entries(state).flatMap(([key, value]) => flat(value, path ? `${path}.${key}` : key))
}

const style = `
:root{color-scheme:light dark;--line:light-dark(#d5d9de,#3a4149);--soft:light-dark(#5b6570,#9aa5b1);--bad:light-dark(#b3261e,#ff8a80)}
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:0 auto;max-width:60rem;padding:1rem;background:light-dark(#fff,#14181c);color:light-dark(#16191d,#e6e9ec)}
header{display:flex;justify-content:space-between;align-items:baseline}h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.5rem 0 .5rem}
@media(max-width:600px){article{grid-template-columns:1fr!important}}
p{margin:.2rem 0}article{display:grid;grid-template-columns:9rem 1fr;gap:.8rem;padding:.6rem 0;border-top:1px solid var(--line)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;font-weight:normal;padding:.15rem .6rem .15rem 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
small,thead th{color:var(--soft)}.bad,#trouble{color:var(--bad)}em{font-style:normal;color:light-dark(#9a6700,#e3b341)}em.bad{color:var(--bad)}
button,select{font:inherit;padding:.2rem .7rem}button[aria-pressed=true]{outline:2px solid}form{display:flex;gap:1rem;flex-wrap:wrap}a{color:inherit}`

/** Runs in the browser. A cell is only replaced when it differs, so that a list that stands open stays open. */
const script = `
const trouble = document.getElementById('trouble')
const say = text => { trouble.textContent = text; trouble.hidden = !text }
async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
    // Its style has a nonce of its own, which this page does not take, nor need.
    const text = (await answer.text()).replace(/<style[^]*?<.style>/, '')
    const next = new DOMParser().parseFromString(text, 'text/html')
    for (const old of document.querySelectorAll('[data-live]')) {
      const fresh = next.getElementById(old.id)
      for (const open of old.querySelectorAll('details[open]')) fresh.querySelector('#' + CSS.escape(open.id))?.setAttribute('open', '')
      if (fresh.innerHTML !== old.innerHTML) {
        const focused = old.contains(document.activeElement) ? document.activeElement.dataset.post : undefined
        old.innerHTML = fresh.innerHTML
        if (focused) old.querySelector('[data-post="' + CSS.escape(focused) + '"]')?.focus()
      }
    }
    if (trouble.textContent === trouble.dataset.away) say('')
  } catch { say(trouble.dataset.away) }
}
async function post(path, body) {
  try {
    const answer = await fetch('/' + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    say(answer.ok ? '' : (await answer.json()).error)
  } catch { say(trouble.dataset.away) }
  await refresh()
}
document.addEventListener('click', event => {
  const pressed = event.target.closest('[data-post]')
  if (pressed) post(pressed.dataset.post, pressed.dataset.body)
})
document.getElementById('fault').addEventListener('submit', event => {
  event.preventDefault()
  const { device, kind } = event.target.elements
  const fault = kind.value === 'none' ? { kind: null } : { kind: kind.value }
  post('device/fault', JSON.stringify({ ...JSON.parse(device.value), ...fault }))
})
setInterval(refresh, 2000)`
