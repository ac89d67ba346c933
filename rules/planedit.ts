/**
 * A floor plan while somebody edits it: what stands where, and each step back and forth. A thing is the id of equipment or of a
 * space, or `<route>/<checkpoint>`. Positions are those of the drawing's own box. Pure; the page draws it. [issue 10.4]
 */

export type At = readonly [number, number]
/** x, y, width, height */
export type Box = readonly [number, number, number, number]
export interface PlanDraft {
  /** Uploaded; null: the file that somebody has put into the folder by hand. */
  readonly file: string | null
  /** A text is the id of an element of the drawing. */
  readonly places: Readonly<Record<string, string | At>>
  readonly checkpoints: Readonly<Record<string, At>>
  readonly view: Box | null
}
/** What was done since it was opened. */
export interface PlanSession {
  readonly steps: readonly PlanDraft[]
  readonly at: number
  /** What the newest step belongs to: holding an arrow key is one step back, not forty. */
  readonly run: string | null
}
/** So far one can go back. */
const MOST_STEPS = 200

export const planSession = (draft: PlanDraft): PlanSession => ({ steps: [draft], at: 0, run: null })
export const draftOf = ({ steps, at }: PlanSession): PlanDraft => steps[at]!
export const isChanged = (session: PlanSession): boolean =>
  JSON.stringify(draftOf(session)) !== JSON.stringify(session.steps[0])

/** The next step; what had been taken back before is gone. @param run steps of the same run one after the other are one */
export function stepped(session: PlanSession, draft: PlanDraft, run: string | null = null): PlanSession {
  if (draft === draftOf(session)) return session
  const joins = run !== null && run === session.run && session.at > 0
  const past = session.steps.slice(0, session.at + (joins ? 0 : 1))
  // What it began from stays: it is what a saved change is measured against.
  const kept = past.length >= MOST_STEPS ? [past[0]!, ...past.slice(past.length - MOST_STEPS + 2)] : past
  return { steps: [...kept, draft], at: kept.length, run }
}
export const undoStep = (session: PlanSession): PlanSession =>
  session.at === 0 ? session : { ...session, at: session.at - 1, run: null }
export const redoStep = (session: PlanSession): PlanSession =>
  session.at === session.steps.length - 1 ? session : { ...session, at: session.at + 1, run: null }

const isCheckpoint = (thing: string): boolean => thing.includes('/')
/** Where it stands; undefined: it has no position, though it may be an element of the drawing. */
export function positionOf(draft: PlanDraft, thing: string): At | undefined {
  const at = isCheckpoint(thing) ? draft.checkpoints[thing] : draft.places[thing]
  return typeof at === 'string' ? undefined : at
}

/** One press of an arrow key: a plain number of which some 400 go across the drawing. */
export function stepOf([, , width, height]: Box): number {
  const raw = Math.max(width, height) / 400
  const ten = 10 ** Math.floor(Math.log10(raw))
  const lead = raw / ten
  return clean(ten * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10))
}
/** Without the dust of floating point: site.json is read by people. */
const clean = (n: number): number => Number(n.toPrecision(9)) + 0
const within = (n: number, from: number, length: number): number => Math.min(from + length, Math.max(from, n))

/** Puts a thing somewhere, inside the drawing, in tenths of a step. */
export function put(draft: PlanDraft, thing: string, [x, y]: At, box: Box): PlanDraft {
  const unit = stepOf(box) / 10
  const round = (n: number) => clean(Math.round(n / unit) * unit)
  const at: At = [round(within(x, box[0], box[2])), round(within(y, box[1], box[3]))]
  const had = positionOf(draft, thing)
  if (had && had[0] === at[0] && had[1] === at[1]) return draft
  return isCheckpoint(thing)
    ? { ...draft, checkpoints: { ...draft.checkpoints, [thing]: at } }
    : { ...draft, places: { ...draft.places, [thing]: at } }
}

/** Takes it off the drawing. */
export function takenOff(draft: PlanDraft, thing: string): PlanDraft {
  const without = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => id !== thing))
  if (isCheckpoint(thing))
    return thing in draft.checkpoints ? { ...draft, checkpoints: without(draft.checkpoints) } : draft
  return thing in draft.places ? { ...draft, places: without(draft.places) } : draft
}

/** Another drawing in its place: what has a position keeps it, in proportion. @param was, is the boxes of both; null: nothing was shown */
export function redrawn(draft: PlanDraft, file: string | null, was: Box | null, is: Box): PlanDraft {
  const from = was ?? is
  const move = ([x, y]: At): At => [
    clean(is[0] + ((x - from[0]) / from[2]) * is[2]),
    clean(is[1] + ((y - from[1]) / from[3]) * is[3]),
  ]
  const same = from.every((n, i) => n === is[i])
  const at = (one: At) => (same ? one : move(one))
  const each = <T>(all: Readonly<Record<string, T>>, of: (one: T) => T) =>
    Object.fromEntries(Object.entries(all).map(([id, one]) => [id, of(one)]))
  return {
    file,
    places: each(draft.places, one => (typeof one === 'string' ? one : at(one))),
    checkpoints: each(draft.checkpoints, at),
    view: draft.view && same ? draft.view : null,
  }
}

export interface Snap {
  readonly at: At
  /** Lines to draw: it stands in line with another thing. */
  readonly x: number | null
  readonly y: number | null
}
/**
 * Where a dragged thing comes to stand: in line with another that is near, else on the grid.
 * @param grid of the drawing; null: none. @param others what it may stand in line with @param reach how near is near
 */
export function snapped([x, y]: At, grid: number | null, others: readonly At[], reach: number): Snap {
  const line = (n: number, axis: 0 | 1) => {
    const near = others.map(one => one[axis]).filter(one => Math.abs(one - n) <= reach)
    return near.length === 0 ? null : near.reduce((a, b) => (Math.abs(b - n) < Math.abs(a - n) ? b : a))
  }
  const onGrid = (n: number) => (grid === null ? n : clean(Math.round(n / grid) * grid))
  const [lineX, lineY] = [line(x, 0), line(y, 1)]
  return { at: [lineX ?? onGrid(x), lineY ?? onGrid(y)], x: lineX, y: lineY }
}

/** Closer by a factor, so that what is under the hand stays under it; never closer than a 40th, and never more than all. */
export function zoomed(view: Box, by: number, [x, y]: At, box: Box): Box {
  const width = within(view[2] / by, box[2] / 40, (box[2] * 39) / 40)
  if (view[2] / by >= box[2]) return box
  const scale = width / view[2]
  return panned([x - (x - view[0]) * scale, y - (y - view[1]) * scale, width, view[3] * scale], [0, 0], box)
}
/** Moved, while its middle stays on the drawing. */
export function panned([x, y, width, height]: Box, [dx, dy]: At, box: Box): Box {
  return [within(x + dx, box[0] - width / 2, box[2]), within(y + dy, box[1] - height / 2, box[3]), width, height]
}

/** What of site.json is to be written, below the entry of the plan; undefined takes it away. */
export function planEdits(was: PlanDraft, is: PlanDraft): readonly (readonly [word: string, value: unknown])[] {
  const differs = (word: keyof PlanDraft) => JSON.stringify(was[word]) !== JSON.stringify(is[word])
  const found: (readonly [string, unknown])[] = []
  if (differs('file')) found.push(['file', is.file ?? undefined])
  if (differs('places')) found.push(['places', is.places])
  if (differs('checkpoints'))
    found.push(['checkpoints', Object.keys(is.checkpoints).length === 0 ? undefined : is.checkpoints])
  if (differs('view')) found.push(['view', is.view ?? undefined])
  return found
}

/** What stands on this plan and on no other: with the plan it would have no place any more. */
export function losesPlace(
  plan: { readonly id: string; readonly drawn: readonly string[] },
  plans: readonly { readonly id: string; readonly drawn: readonly string[] }[],
): string[] {
  const elsewhere = new Set(plans.filter(one => one.id !== plan.id).flatMap(one => one.drawn))
  return plan.drawn.filter(one => !elsewhere.has(one))
}
