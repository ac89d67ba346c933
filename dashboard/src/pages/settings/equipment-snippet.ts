import type { BrowsedNodeView } from '../../../../gateway/http/contract.ts'

const writableTypes = ['Boolean', 'String', 'SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Float', 'Double']

/** Equipment as it stands in site.json, from variables of a server: kinds, units, ranges and words as the server has them. */
export function equipmentOf(id: string, kind: string, channel: string, nodes: readonly BrowsedNodeView[]) {
  const used = new Set<string>(['online'])
  const both = (text: string) => ({ 'zh-CN': text, en: text })
  const points = nodes
    .filter(n => n.kind !== null)
    .map(n => ({
      key: keyOf(n.browseName, used),
      name: both(n.displayName || n.browseName),
      node: n.node,
      ...(n.kind === 'number' ? {} : { kind: n.kind }),
      ...(n.unit === null ? {} : { unit: n.unit }),
      ...(n.range === null ? {} : { range: n.range }),
      ...(n.enum === null
        ? {}
        : { enum: Object.fromEntries(Object.entries(n.enum).map(([code, word]) => [code, both(word)])) }),
      ...(n.writable && n.type !== null && writableTypes.includes(n.type) ? { type: n.type, writable: true } : {}),
    }))
  return { id, kind, channel, points }
}

/** `MachineRoom.Temp 1` -> `machine-room.temp-1`; a second one of the same name gets a number. */
function keyOf(name: string, used: Set<string>): string {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .toLowerCase()
    .slice(0, 56)
  const base = plain || 'point'
  let key = base
  for (let n = 2; used.has(key); n++) key = `${base}-${n}`
  used.add(key)
  return key
}
