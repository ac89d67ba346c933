/** How a panel and one reader stand to each other: what is set up, what is kept, what is told, and how long things take. */

export type Speaks = 'secure' | 'default-key' | 'clear'
/** Why a reader is not taken. */
export type Refusal = 'wrong-key' | 'no-secure' | 'default-key' | 'swapped' | 'not-allowed' | 'install-over'
/** What is kept of a reader over a power cut; keys and what is pinned in hex. */
export interface Kept {
  key: string | null
  /** On its way to the reader: which of the two it has is found out with the next handshake. */
  next: string | null
  /** As it was first seen over its own key, or in the mode that its door allows. */
  pinned: { readonly id: string; readonly capabilities: string } | null
  /** When its key was written, UTC ms; left out: it came with it. */
  keyAt?: number
}
export type LinkNews =
  | { readonly kind: 'card'; readonly bits: string }
  | { readonly kind: 'keys'; readonly keys: string }
  /** Somebody would have it speak less safely, or speaks in its place. */
  | { readonly kind: 'downgrade'; readonly why: Refusal | 'clear-text' | 'forged' }
  | { readonly kind: 'changed' | 'install-over' | 'key-set' | 'state' }
export interface LinkOptions {
  readonly address: number
  /** How it speaks, as a person has set it up. It is never found out by trying. */
  readonly speaks: Speaks
  /** Of its door; what is not `low` takes nothing but `secure`. Null: not known yet. */
  readonly doorClass: () => 'low' | 'medium' | 'high' | null
  readonly kept: Kept
  readonly save: () => void
  readonly tell: (news: LinkNews) => void
  readonly random?: (bytes: number) => Buffer
}
export const POLL_MS = 50
/** Unanswered for so long, the reader is away, and its session over. */
export const AWAY_MS = 8000
export const AGAIN_MS = 1000
/** A refused reader is tried again after 10 s, then each time after twice as long. */
export const REST_MS = 10_000
export const MOST_REST_MS = 600_000
export const INSTALL_MS = 30 * 60_000
/** The same attempt is told again after so long. */
export const TOLD_MS = 60_000

/** A command whose answer is waited for; it goes out again as it is. */
export interface Asked {
  readonly bytes: Buffer
  readonly code: number
  readonly sequence: number
  readonly since: number
}
