import type { Flow } from '../flow.ts'
import type { Method } from './words.ts'

/** The life of a tag on the wall: it is doubted, and then kept, replaced by another, or taken away. [2.2] */
export const tagStates = ['active', 'suspect', 'replaced', 'retired'] as const
export type TagState = (typeof tagStates)[number]
export const tagActions = ['clear', 'replace', 'retire'] as const
export type TagAction = (typeof tagActions)[number]
/** `cloned`: at two devices at once; `moved`: sooner read than anybody can walk there; `dead`: damaged or gone. */
export const tagDoubts = ['cloned', 'moved', 'dead'] as const
export type TagDoubt = (typeof tagDoubts)[number]

const reviews = ['admin', 'operator', 'manager'] as const
export const tagFlow: Flow<TagState, TagAction> = {
  first: 'active',
  moves: {
    active: { replace: { to: 'replaced', by: reviews }, retire: { to: 'retired', by: reviews } },
    suspect: {
      clear: { to: 'active', by: reviews },
      replace: { to: 'replaced', by: reviews },
      retire: { to: 'retired', by: reviews },
    },
    // A tag that was taken down proves nothing any more, and does not come back.
    replaced: {},
    retired: {},
  },
}
/** What comes from a tag itself; a number that was typed says nothing of the tag. */
const fromTag: readonly Method[] = ['nfc', 'stick', 'qr']
export const isFromTag = (method: Method): boolean => fromTag.includes(method)
