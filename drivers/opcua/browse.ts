import {
  AttributeIds,
  BrowseDirection,
  type ClientSession,
  DataType,
  type DataValue,
  makeBrowsePath,
  NodeClass,
  type NodeId,
  type ReferenceDescription,
  VariantArrayType,
} from 'node-opcua'
import type { Browse, BrowsedNode } from '../driver.ts'
import { nodeIdOf, readValues } from './items.ts'
import { BROWSE_MS } from './protocol.ts'
import { ucumOf } from './units.ts'
import { plain } from './values.ts'

/** More children than this of one node are not looked at: nobody chooses points from such a list. */
const MOST_CHILDREN = 5000
const AT_ONCE = 1000
const NAME = 200
const MOST_WORDS = 100

const kinds: Readonly<Record<string, BrowsedNode['kind']>> = {
  Boolean: 'boolean',
  ...Object.fromEntries(
    ['SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64', 'Float', 'Double'].map(t => [
      t,
      'number' as const,
    ]),
  ),
  ...Object.fromEntries(['String', 'LocalizedText', 'DateTime'].map(t => [t, 'text' as const])),
}
/** What says more about a variable [OPC 10000-8 5.3]. */
const properties = ['EngineeringUnits', 'EURange', 'EnumStrings', 'EnumValues'] as const
type Properties = Partial<Record<(typeof properties)[number], unknown>>

/** The children of a node: objects and variables, `limit` of them from the given one on. */
export async function browseNode(session: ClientSession, node: string, from: number, limit: number): Promise<Browse> {
  const nodeId = nodeIdOf(node)
  if (!nodeId) return { ok: false, status: 'BadNodeIdInvalid' }
  session.requestedMaxReferencesPerNode = AT_ONCE
  let result = await session.browse({
    nodeId,
    referenceTypeId: 'i=33', // HierarchicalReferences
    includeSubtypes: true,
    browseDirection: BrowseDirection.Forward,
    nodeClassMask: NodeClass.Object | NodeClass.Variable,
    resultMask: 63,
  })
  if (!result.statusCode.isGood()) return { ok: false, status: result.statusCode.name }
  const found = new Map<string, ReferenceDescription>()
  const began = performance.now()
  for (;;) {
    for (const reference of result.references ?? []) found.set(reference.nodeId.toString(), reference)
    if (!result.continuationPoint?.length) break
    // A server may say without end that there is more; nobody waits for it any longer.
    const enough = found.size >= MOST_CHILDREN || performance.now() - began > BROWSE_MS
    // Also releases it on the server when enough was seen.
    result = await session.browseNext(result.continuationPoint, enough)
    if (enough || !result.statusCode.isGood()) break
  }
  // Of another server than this one: not readable here.
  const local = [...found.values()].filter(r => !r.nodeId.serverIndex)
  const some = local.slice(from, from + limit)
  const nodes = await described(session, some)
  return { ok: true, nodes, next: from + limit < local.length ? from + limit : null }
}

async function described(session: ClientSession, list: readonly ReferenceDescription[]): Promise<BrowsedNode[]> {
  const variables = list.filter(r => r.nodeClass === NodeClass.Variable)
  const ids = variables.map(v => v.nodeId as NodeId)
  const values = ids.length > 0 ? await readValues(session, ids) : []
  const access = ids.length > 0 ? await readValues(session, ids, AttributeIds.UserAccessLevel) : []
  const extras = await propertiesOf(session, ids).catch(() => ids.map((): Properties => ({})))
  const at = new Map(variables.map((v, i) => [v, i]))
  return list.map(reference => {
    const i = at.get(reference)
    const base = {
      node: reference.nodeId.toString(),
      browseName: String(reference.browseName.name ?? '').slice(0, NAME),
      displayName: String(reference.displayName.text ?? reference.browseName.name ?? '').slice(0, NAME),
    }
    return i === undefined
      ? { ...base, ...nothing, class: 'object' }
      : { ...base, class: 'variable', ...variable(values[i]!, access[i]!, extras[i]!) }
  })
}

const nothing = {
  type: null,
  kind: null,
  unit: null,
  unitText: null,
  range: null,
  enum: null,
  writable: false,
  value: null,
}

function variable(value: DataValue, access: DataValue, extra: Properties) {
  const scalar = value.value?.arrayType === VariantArrayType.Scalar
  const type = scalar ? (DataType[value.value.dataType] ?? null) : null
  const kind = (type !== null && kinds[type]) || null
  const eu = extra.EngineeringUnits as { unitId?: number; displayName?: { text?: string } } | undefined
  const eur = extra.EURange as { low?: number; high?: number } | undefined
  const numbers = kind === 'number'
  return {
    type: kind === null ? null : type,
    kind,
    unit: numbers ? ucumOf(eu?.unitId, eu?.displayName?.text) : null,
    unitText: eu?.displayName?.text?.slice(0, NAME) ?? null,
    range:
      numbers && Number.isFinite(eur?.low) && Number.isFinite(eur?.high) && eur!.low! < eur!.high!
        ? ([eur!.low!, eur!.high!] as const)
        : null,
    enum: numbers ? words(extra) : null,
    // Bit 1 of the access level: CurrentWrite [OPC 10000-3 8.57].
    writable: access.statusCode.isGood() && (Number(access.value?.value) & 2) !== 0,
    value: scalar && value.statusCode.isGood() ? (plain(value.value.value, value.value.dataType) ?? null) : null,
  }
}

function words({ EnumStrings, EnumValues }: Properties): Record<string, string> | null {
  const texts = Array.isArray(EnumStrings) ? EnumStrings.map((text, code) => [code, text?.text] as const) : []
  const coded = Array.isArray(EnumValues)
    ? EnumValues.map(v => [plain(v?.value, DataType.Int64), v?.displayName?.text] as const)
    : []
  const all = [...texts, ...coded].flatMap(([code, text]) =>
    typeof code === 'number' && typeof text === 'string' ? [[String(code), text.slice(0, NAME)] as const] : [],
  )
  return all.length > 0 ? Object.fromEntries(all.slice(0, MOST_WORDS)) : null
}

async function propertiesOf(session: ClientSession, ids: readonly NodeId[]): Promise<Properties[]> {
  if (ids.length === 0) return []
  const paths = ids.flatMap(id => properties.map(name => makeBrowsePath(id, `.${name}`)))
  const found = await session.translateBrowsePath(paths)
  const there = found.flatMap((result, i) => {
    const node = result.statusCode.isGood() ? result.targets?.[0]?.targetId : undefined
    return node ? [{ i, node: node as NodeId }] : []
  })
  const result: Properties[] = ids.map(() => ({}))
  if (there.length === 0) return result
  const values = await readValues(
    session,
    there.map(t => t.node),
  )
  for (const [k, { i }] of there.entries())
    if (values[k]!.statusCode.isGood())
      result[Math.floor(i / properties.length)]![properties[i % properties.length]!] = values[k]!.value.value
  return result
}
