import type { Bus } from '../core/bus.ts'
import type { Events } from '../core/events.ts'
import type { topics } from './topics.ts'

/** A record as the outside sees it; `open` while it belongs on the list of its kind. */
export interface RecordView {
  readonly view: object
  readonly open: boolean
}

/**
 * Tells of each change of a record after it is on the disk: the change itself, and for alarms a retained message that is
 * there as long as the alarm is not normal. Returns the stop.
 * @param look the record as it is now, for the kinds that are published
 */
export function publishRecords(
  bus: Bus<Events>,
  topic: ReturnType<typeof topics>,
  publish: (topic: string, body: object | null, retain: boolean) => void,
  look: { readonly [kind: string]: (id: string, seq: number) => RecordView | undefined },
): () => void {
  return bus.on('record', ({ kind, id, action, seq }) => {
    const record = Object.hasOwn(look, kind) ? look[kind]!(id, seq) : undefined
    if (!record) return
    if (kind === 'alarm') publish(topic.alarm(id), record.open ? record.view : null, true)
    publish(topic.record(kind, id), { ...record.view, action, seq }, false)
  })
}
