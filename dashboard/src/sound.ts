import type { AlarmView } from '../../gateway/http/contract.ts'
import { calling, heard, type Silence, sounds, spoken } from '../../rules/sound.ts'

/**
 * The sound of this screen: a tone per priority, again and again until somebody has acknowledged, and the place and the words
 * spoken where the browser has a voice for the language. What is played is said as an event as well (`gatehouse:sound` on
 * window), which is how a test hears it.
 */
export type Heard = Omit<AlarmView, 'raisedAt'> & { readonly raisedAt: number | null }
export interface Scene {
  readonly alarms: readonly Heard[]
  readonly silence: Silence | null
  readonly lang: 'zh-CN' | 'en'
  /** What is spoken of an alarm. */
  readonly say: (alarm: Heard) => string
  readonly now: () => number
}
export interface Played {
  readonly kind: 'tone' | 'speech' | 'no-voice'
  readonly severity: AlarmView['severity']
  readonly text: string
  /** Tones that have not ended: it must not grow. */
  readonly live: number
}
/** `blocked`: the browser plays nothing before somebody has clicked. */
export type SoundState = 'off' | 'blocked' | 'on'

const LOOK_MS = 250
const STORE = 'gatehouse.sound'

let scene: Scene | null = null
let audio: AudioContext | null = null
let timer: ReturnType<typeof setInterval> | null = null
let state: SoundState = 'off'
let nextAt = 0
let round = 0
let live = 0
const watchers = new Set<() => void>()

const setState = (next: SoundState): void => {
  if (next === state) return
  state = next
  for (const tell of watchers) tell()
}
export const soundState = (): SoundState => state
export const watchSound = (tell: () => void): (() => void) => {
  watchers.add(tell)
  return () => watchers.delete(tell)
}

/** Kept for this browser; a control room's screen has it on from the start. */
export function wantsSound(role: string): boolean {
  const kept = localStorage.getItem(STORE)
  return kept === null ? role === 'operator' || role === 'display' : kept === 'on'
}
export const keepSound = (on: boolean): void => localStorage.setItem(STORE, on ? 'on' : 'off')

/** Begins, or goes on with other alarms. One timer and one AudioContext, however long the page stands. */
export function sound(next: Scene): void {
  const before = scene
  // In a flood there are thousands: those that call are looked for once, not four times a second.
  scene = { ...next, alarms: calling(next.alarms) }
  audio ??= new AudioContext()
  audio.onstatechange = follow
  follow()
  timer ??= setInterval(look, LOOK_MS)
  // A new alarm is heard at once, not when the last one's turn comes.
  if (before && worst(scene) !== worst(before)) nextAt = 0
}
export function stopSound(): void {
  if (timer !== null) clearInterval(timer)
  timer = null
  scene = null
  window.speechSynthesis?.cancel()
  void audio?.close().catch(() => {})
  audio = null
  live = 0
  setState('off')
}
/** By a click: only then may a page that was just opened play anything. */
export async function unblockSound(): Promise<void> {
  await audio?.resume().catch(() => {})
  follow()
  nextAt = 0
}
const follow = (): void => setState(audio === null ? 'off' : audio.state === 'running' ? 'on' : 'blocked')
const audible = (s: Scene): readonly Heard[] =>
  s.silence === null ? s.alarms : heard(s.alarms, s.silence, s.now()).alarms
const worst = (s: Scene): string | undefined => audible(s)[0]?.id

function look(): void {
  if (scene === null || audio === null || audio.state !== 'running') return
  const alarms = audible(scene)
  const [first] = alarms
  if (!first || first.severity === 'journal') {
    round = 0
    nextAt = 0
    return
  }
  if (performance.now() < nextAt) return
  const { everyMs, tones } = sounds[first.severity]
  // While somebody is speaking the tones wait for the end of the sentence, but not for ever.
  if (window.speechSynthesis?.speaking && performance.now() < nextAt + 15_000) return
  nextAt = performance.now() + everyMs
  const lastMs = play(tones)
  tell('tone', first, '')
  const alarm = spoken(alarms, round++)
  if (alarm) speak(alarm, lastMs)
}

function play(tones: (typeof sounds)['life']['tones']): number {
  let atMs = 0
  for (const [hz, ms, pauseMs] of tones) {
    const from = audio!.currentTime + atMs / 1000
    const tone = audio!.createOscillator()
    const gain = audio!.createGain()
    tone.frequency.value = hz
    // Without a ramp each tone begins and ends with a crack.
    gain.gain.setValueAtTime(0, from)
    gain.gain.linearRampToValueAtTime(0.5, from + 0.01)
    gain.gain.setValueAtTime(0.5, from + ms / 1000 - 0.02)
    gain.gain.linearRampToValueAtTime(0, from + ms / 1000)
    tone.connect(gain).connect(audio!.destination)
    live++
    tone.onended = () => {
      live--
      tone.disconnect()
      gain.disconnect()
    }
    tone.start(from)
    tone.stop(from + ms / 1000)
    atMs += ms + pauseMs
  }
  return atMs
}

function speak(alarm: Heard, afterMs: number): void {
  const { speechSynthesis: voice } = window
  const { lang, say } = scene!
  const text = say(alarm)
  const found = voice?.getVoices().find(one => one.lang.replace('_', '-').startsWith(lang.slice(0, 2)))
  tell(found ? 'speech' : 'no-voice', alarm, text)
  if (!found) return
  const words = new SpeechSynthesisUtterance(text)
  words.voice = found
  words.lang = found.lang
  // Never a queue: what was not spoken is spoken in its next turn, if it still calls.
  setTimeout(() => {
    if (scene !== null && !voice.speaking) voice.speak(words)
  }, afterMs)
}

const tell = (kind: Played['kind'], { severity }: Heard, text: string): void => {
  const detail: Played = { kind, severity, text, live }
  window.dispatchEvent(new CustomEvent('gatehouse:sound', { detail }))
}
