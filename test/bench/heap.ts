import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import WebSocket from 'ws'

/** What a page keeps of its work: its slope, and between which two values the true one is, with 95 %. MB an hour. */
export interface Growth {
  readonly mbPerHour: number
  readonly least: number
  readonly most: number
  /** At the end, MB. */
  readonly mb: number
}
/** A moment, hours, and what was kept then, MB. */
export interface Kept {
  readonly at: number
  readonly mb: number
}

/**
 * The median of the slopes of all pairs [Theil 1950, Sen 1968]: one sample of a moment at which an answer was just being read
 * does not bend it, as it would bend the least squares. The interval is that of Kendall's S without ties.
 */
export function growthOf(kept: readonly Kept[]): Growth {
  const n = kept.length
  if (n < 8) throw new Error(`${n} samples say nothing of a slope`)
  const slopes = kept.flatMap((a, i) => kept.slice(i + 1).map(b => (b.mb - a.mb) / (b.at - a.at))).sort((a, b) => a - b)
  const half = (1.96 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / 2
  const at = (rank: number) => slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(rank)))]!
  const middle = (slopes.length - 1) / 2
  return {
    mbPerHour: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    ...{ least: at(middle - half), most: at(middle + half), mb: kept.at(-1)!.mb },
  }
}

/**
 * Without the compilers, whose code grows for minutes until all that is hot has been compiled, and never beyond that: what
 * is left is what the program keeps. Without throttling of what nobody looks at.
 */
const CHROMIUM = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--window-size=1920,1080'],
  ...['--remote-debugging-port=0', '--js-flags=--no-opt --no-maglev --no-sparkplug --no-flush-bytecode'],
]
const SAMPLE_MS = 4000
const LEAST_SAMPLES = 12
/** A page that keeps 10 kB of each update of a second: if that is not seen, nothing else would be either. */
const PLANTED = 'setInterval(() => (window.kept ??= []).push(new Array(1250).fill(Math.random())), 1000)'

export interface Looked {
  readonly path: string
  /** A script that runs in it. */
  readonly planted?: boolean
}

/**
 * Opens these pages in a Chromium of its own, which nobody listens to but the question for its memory: what a tool keeps of
 * requests and messages would be measured as the page's own. Each page's live memory, the drawn document included, after two
 * forced collections, every four seconds.
 * @param looked each in a profile of its own, so that no two share a heap
 */
export async function heapOfPages(
  { base, cookie }: { readonly base: string; readonly cookie: string },
  looked: readonly Looked[],
  seconds: { readonly warm: number; readonly measure: number },
  say: (line: string) => void,
): Promise<readonly Growth[]> {
  const profile = mkdtempSync(join(tmpdir(), 'gatehouse-heap-'))
  const child = spawn('/usr/bin/chromium', [...CHROMIUM, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  try {
    const chromium = await speakTo(await addressOf(child.stderr))
    const pages: ((method: string, params?: object) => Promise<Said>)[] = []
    for (const { path, planted } of looked) {
      const { browserContextId } = await chromium.ask('Target.createBrowserContext')
      const one = { name: 'gatehouse_session', value: cookie, url: base }
      await chromium.ask('Storage.setCookies', { cookies: [one], browserContextId })
      const { targetId } = await chromium.ask('Target.createTarget', { url: 'about:blank', browserContextId })
      const { sessionId } = await chromium.ask('Target.attachToTarget', { targetId, flatten: true })
      const page = (method: string, params?: object) => chromium.ask(method, params, String(sessionId))
      await page('Page.enable')
      // With the page's own document: what is said to one that is just being opened meets no document, or the one before.
      if (planted) await page('Page.addScriptToEvaluateOnNewDocument', { source: PLANTED })
      await page('Page.navigate', { url: base + path })
      pages.push(page)
    }
    await pause(seconds.warm * 1000)
    for (const [i, page] of pages.entries()) {
      const expression =
        'document.visibilityState + " " + document.querySelectorAll("[data-alarm], main tbody tr").length'
      const { result } = (await page('Runtime.evaluate', { expression })) as { result: { value: string } }
      say(`${looked[i]!.path}: ${result.value} rows`)
      if (!/^visible [1-9]/.test(result.value)) throw new Error(`${looked[i]!.path} shows nothing`)
    }
    const kept = pages.map((): Kept[] => [])
    const end = performance.now() + seconds.measure * 1000
    // A busy machine collects slowly: then it takes longer, not fewer samples.
    for (; performance.now() < end || kept[0]!.length < LEAST_SAMPLES; await pause(SAMPLE_MS))
      for (const [i, page] of pages.entries()) {
        for (let n = 0; n < 2; n++) await page('HeapProfiler.collectGarbage')
        const use = (await page('Runtime.getHeapUsage')) as Record<string, number>
        const bytes = use.usedSize! + (use.embedderHeapUsedSize ?? 0) + (use.backingStorageSize ?? 0)
        kept[i]!.push({ at: performance.now() / 3_600_000, mb: bytes / 2 ** 20 })
      }
    return kept.map((samples, i) => {
      const growth = growthOf(samples)
      const [slope, least, most] = [growth.mbPerHour, growth.least, growth.most].map(x => x.toFixed(1))
      say(`${looked[i]!.path}${looked[i]!.planted ? ' with a leak planted' : ''}: ${slope} MB/h (${least} to ${most})`)
      say(`  ${samples.map(one => one.mb.toFixed(2)).join(' ')}`)
      return growth
    })
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Said = Readonly<Record<string, unknown>>

async function addressOf(errors: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: errors })
  return new Promise((resolve, reject) => {
    lines.on('line', line => {
      const found = /ws:\/\/\S+/.exec(line)
      if (/DevTools listening/.test(line) && found) resolve(found[0])
    })
    lines.on('close', () => reject(new Error('Chromium ended before it listened')))
  })
}

/** The protocol of Chromium's own tools, one question at a time or many. */
async function speakTo(address: string) {
  const socket = new WebSocket(address, { perMessageDeflate: false })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let last = 0
  const waiting = new Map<number, { readonly resolve: (said: Said) => void; readonly reject: (why: Error) => void }>()
  socket.on('message', data => {
    const { id, result, error } = JSON.parse(String(data)) as {
      id?: number
      result?: Said
      error?: { message: string }
    }
    const asked = id === undefined ? undefined : waiting.get(id)
    if (id === undefined || !asked) return
    waiting.delete(id)
    if (error) asked.reject(new Error(error.message))
    else asked.resolve(result ?? {})
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Chromium went away'))
  })
  return {
    ask: (method: string, params: object = {}, sessionId?: string): Promise<Said> =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        socket.send(JSON.stringify({ id: last, method, params, ...(sessionId && { sessionId }) }))
      }),
  }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
