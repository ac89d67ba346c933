import type { PointId } from '../../drivers/point.ts'

/** Under it the gateway speaks, whatever the site is called. */
export const ownRoot = 'gatehouse/'

/** Every topic that the outside sees. They are an API: changed only with a note in the change log. */
export const topics = (site: string) => {
  const root = `${ownRoot}${site}`
  return {
    root,
    status: `${root}/status`,
    equipment: `${root}/equipment`,
    trail: `${root}/trail`,
    telemetry: (equipment: string) => `${root}/telemetry/${equipment}`,
    point: (equipment: string, key: string) => `${root}/points/${equipment}/${key}`,
    alarm: (id: string) => `${root}/alarms/${id}`,
    record: (kind: string, id: string) => `${root}/records/${kind}/${id}`,
    requests: `${root}/request/+`,
    wordOf: (topic: string) => topic.slice(`${root}/request/`.length),
    response: (word: string) => `${root}/response/${word}`,
  }
}

/** Whether a topic falls under a filter [MQTT 3.1.1, 4.7]. */
export function fits(filter: string, topic: string): boolean {
  const f = filter.split('/')
  const t = topic.split('/')
  for (const [i, word] of f.entries()) {
    if (word === '#') return true
    if (i >= t.length || (word !== '+' && word !== t[i])) return false
  }
  return f.length === t.length
}

/** Whether every topic of the filter `wanted` falls under the filter `allowed`. */
export function covers(allowed: string, wanted: string): boolean {
  const a = allowed.split('/')
  const w = wanted.split('/')
  for (const [i, word] of a.entries()) {
    if (word === '#') return true
    if (i >= w.length || w[i] === '#' || (word !== '+' && word !== w[i])) return false
  }
  return a.length === w.length
}

/** `<equipment>/<key>` in two. */
export const splitPoint = (id: PointId): [equipment: string, key: string] => {
  const slash = id.indexOf('/')
  return [id.slice(0, slash), id.slice(slash + 1)]
}
