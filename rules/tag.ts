import type { PointId, Sample, Text } from '../drivers/point.ts'
import type { Rule } from './rule.ts'

/**
 * Tag-out [停送电、挂标示牌 3:259-269; 检修牌 3:201; OSHA 1910.147(c)-(f)]: as long as one tag is in force the gateway commands
 * nothing on the equipment. Each tag is one person's, and only he takes it off. A tag never shuts a way out: a fire release
 * stands above it [GB 50116-2013 4.10.3]. It does hold every other linkage, a smoke fan's too: somebody's hands may be in it,
 * the panel's hard wires are not ours to prevent, and an alarm says that the equipment is missing.
 */
export interface Tag {
  readonly id: string
  readonly no: string
  readonly equipment: string
  readonly reason: string
  /** The account of whose tag it is. */
  readonly owner: string
  readonly hungBy: string
  readonly at: number
  /** The work order, by id. */
  readonly order: string | null
  /** The permit or work ticket, by its number. */
  readonly permit: string | null
  /** How it was proven that nothing is live: what was measured, where, with what [1910.147(d)(6)]. */
  readonly verified: string
  readonly test: TagTest | null
  /** Handed over at the end of a shift, and not taken yet: until then it stays the owner's. */
  readonly offer: { readonly to: string; readonly at: number } | null
  /** Somebody else wants it off; a second person has to agree. */
  readonly removal: TagRemoval | null
  readonly removedAt: number | null
  readonly removedBy: string | null
  /** Who agreed, when it was not the owner. */
  readonly removedWith: string | null
}
export interface TagTest {
  readonly from: number
  readonly until: number
  readonly reason: string
}
export interface TagRemoval {
  readonly by: string
  readonly at: number
  readonly reason: string
  /** When the owner was called, and what he said: without a call nobody else takes a tag off. */
  readonly called: string
}

export const tagActions = [
  'verify',
  'remove',
  'offer',
  'take',
  'keep',
  'test',
  'end-test',
  'ask-removal',
  'confirm-removal',
  'refuse-removal',
] as const
export type TagAction = (typeof tagActions)[number]
export type TagRefusal =
  | 'tag-gone'
  | 'tag-not-yours'
  | 'tag-yours'
  | 'tag-not-offered'
  | 'tag-offered'
  | 'tag-testing'
  | 'tag-not-testing'
  | 'tag-test-long'
  | 'tag-removal-asked'
  | 'tag-removal-none'
  | 'tag-removal-same'
  | 'tag-lacks'

/** A try takes no longer [people-and-permits 4.4: "removed to test"]. */
export const TAG_TEST_MOST_MIN = 15

export interface TagGiven {
  readonly reason?: string | undefined
  readonly called?: string | undefined
  readonly to?: string | undefined
  readonly minutes?: number | undefined
  readonly verified?: string | undefined
}
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** A clock that was set back ends it, too. */
export const isTesting = (tag: Pick<Tag, 'test'>, now: number): boolean =>
  tag.test !== null && now >= tag.test.from && now < tag.test.until
export const inForce = (tag: Pick<Tag, 'test' | 'removedAt'>, now: number): boolean =>
  tag.removedAt === null && !isTesting(tag, now)

/** What becomes of a tag, or why not. Time, names and words go in; `tag-lacks` names what was not given. */
export function moveTag(
  tag: Tag,
  action: TagAction,
  by: string,
  given: TagGiven,
  now: number,
): Tag | { readonly refused: TagRefusal; readonly what?: 'reason' | 'called' | 'to' | 'verified' } {
  if (tag.removedAt !== null) return { refused: 'tag-gone' }
  const own = same(by, tag.owner)
  const reason = given.reason?.trim() ?? ''
  const off = { removedAt: now, removedBy: by, test: null, offer: null }
  switch (action) {
    case 'verify': {
      const verified = given.verified?.trim() ?? ''
      if (!own) return { refused: 'tag-not-yours' }
      return verified === '' ? { refused: 'tag-lacks', what: 'verified' } : { ...tag, verified }
    }
    case 'remove':
      return own ? { ...tag, ...off, removal: null } : { refused: 'tag-not-yours' }
    case 'offer': {
      const to = given.to?.trim() ?? ''
      if (!own) return { refused: 'tag-not-yours' }
      if (to === '') return { refused: 'tag-lacks', what: 'to' }
      if (same(to, by)) return { refused: 'tag-yours' }
      return tag.offer ? { refused: 'tag-offered' } : { ...tag, offer: { to, at: now } }
    }
    case 'take':
      // A try is its starter's: whoever takes the tag over begins with one that holds.
      return tag.offer && same(tag.offer.to, by)
        ? { ...tag, owner: by, offer: null, test: null, removal: null }
        : { refused: 'tag-not-offered' }
    case 'keep':
      if (!tag.offer) return { refused: 'tag-not-offered' }
      return own || same(tag.offer.to, by) ? { ...tag, offer: null } : { refused: 'tag-not-yours' }
    case 'test': {
      const minutes = given.minutes ?? TAG_TEST_MOST_MIN
      if (!own) return { refused: 'tag-not-yours' }
      if (isTesting(tag, now)) return { refused: 'tag-testing' }
      if (!(minutes > 0 && minutes <= TAG_TEST_MOST_MIN)) return { refused: 'tag-test-long' }
      if (reason === '') return { refused: 'tag-lacks', what: 'reason' }
      return { ...tag, test: { from: now, until: now + minutes * 60_000, reason } }
    }
    case 'end-test':
      // Whoever is there may make it safe again.
      return tag.test ? { ...tag, test: null } : { refused: 'tag-not-testing' }
    case 'ask-removal': {
      const called = given.called?.trim() ?? ''
      if (own) return { refused: 'tag-yours' }
      if (tag.removal) return { refused: 'tag-removal-asked' }
      if (reason === '') return { refused: 'tag-lacks', what: 'reason' }
      return called === ''
        ? { refused: 'tag-lacks', what: 'called' }
        : { ...tag, removal: { by, at: now, reason, called } }
    }
    case 'confirm-removal':
      if (!tag.removal) return { refused: 'tag-removal-none' }
      if (own) return { refused: 'tag-yours' }
      if (same(tag.removal.by, by)) return { refused: 'tag-removal-same' }
      return { ...tag, ...off, removedBy: tag.removal.by, removedWith: by }
    case 'refuse-removal':
      return tag.removal ? { ...tag, removal: null } : { refused: 'tag-removal-none' }
  }
}

/** What a refused command says; null: nothing in force. With several the oldest is named, and how many more there are. */
export function blockedBy(tags: readonly Tag[], now: number): Text | null {
  const [first, ...more] = tags.filter(tag => inForce(tag, now)).sort((a, b) => a.at - b.at)
  if (!first) return null
  const { no, owner, reason } = first
  const n = more.length
  return {
    'zh-CN': `${no}（挂牌人 ${owner}）：${reason}${n > 0 ? `；另有 ${n} 块牌` : ''}`,
    en: `${no} of ${owner}: ${reason}${n > 0 ? `; and ${n} more` : ''}`,
  }
}

interface LivePoint {
  readonly id: PointId
  readonly key: string
  readonly kind: string
  readonly unit?: string | undefined
}
/** A current below it is that of a transformer that is open. */
export const LIVE_AMPS = 1
/** Points that would show that tagged equipment is live: a current, or that it runs. */
export const livePoints = <P extends LivePoint>(points: readonly P[]): readonly P[] =>
  points.filter(
    p => (p.kind === 'number' && p.unit === 'A') || (p.kind === 'boolean' && /(^|[.-])running$/.test(p.key)),
  )
/** Only what is certain: bad or old data does not say that something runs. */
export const showsLive = (sample: Pick<Sample, 'value' | 'quality'> | undefined): boolean =>
  sample?.quality === 'good' &&
  (sample.value === true || (typeof sample.value === 'number' && Math.abs(sample.value) > LIVE_AMPS))

export const tagLiveKey = 'tag.live'
export const tagFireKey = 'tag.fire'
export const tagRules: readonly Rule[] = [
  {
    id: 'tagged-live',
    points: [`*/${tagLiveKey}`],
    when: { equals: true },
    severity: 'life',
    delayOnS: 3,
    delayOffS: 0,
    text: {
      'zh-CN': '挂牌设备带电或在运行：可能有人在作业',
      en: 'Tagged equipment is live or runs: somebody may work on it',
    },
    source: '停送电挂牌 P-17；OSHA 1910.147(d)',
  },
  {
    id: 'tagged-fire',
    points: [`*/${tagFireKey}`],
    when: { equals: true },
    severity: 'high',
    delayOnS: 0,
    delayOffS: 0,
    text: {
      'zh-CN': '消防联动设备已挂牌：火警时网关不会命令它，请现场留人',
      en: 'Equipment of the fire linkage is tagged: in a fire the gateway will not command it, so keep somebody there',
    },
    source: 'GB 50116-2013 4.1.6；挂牌 M31',
  },
]
