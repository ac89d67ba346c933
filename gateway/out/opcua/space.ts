import {
  DataType,
  EnumValueType,
  LocalizedText,
  type Namespace,
  type OPCUAServer,
  Range,
  type UAObject,
  type UAVariable,
} from 'node-opcua'
import type { Kind, PointId, Text, Value } from '../../../drivers/point.ts'
import type { Model, ModelPoint, ServerOptions, Values } from './protocol.ts'
import { euInformation, statusNamed, toInt64 } from './stack.ts'
import { statusOfCode } from './statuses.ts'

/** The site as an address space [OPC 10000-3, 10000-8]: by spaces and by kinds, each equipment with its points. */

const types: Readonly<Record<Kind, DataType>> = {
  number: DataType.Double,
  boolean: DataType.Boolean,
  text: DataType.String,
}
export interface Shown {
  readonly point: ModelPoint
  readonly variable: UAVariable
  /** Quality as in history. */
  code: number
}
export type Space = ReturnType<typeof buildSpace>

/** @param points what else is to be done with a variable: history, commands */
export function buildSpace(
  server: OPCUAServer,
  model: Model,
  language: ServerOptions['language'],
  points: (point: ModelPoint, variable: UAVariable) => void,
) {
  const space = server.engine.addressSpace!
  // The first namespace of a server is its own application URI; ours stays the same wherever the site runs.
  const own = space.registerNamespace(`urn:gatehouse:${model.site.id}`)
  space.installAlarmsAndConditionsService()
  const other = language === 'en' ? 'zh-CN' : 'en'
  const named = (name: Text) => ({
    displayName: new LocalizedText({ locale: language, text: name[language] }),
    description: new LocalizedText({ locale: other, text: name[other] }),
  })
  const objects = new Map<string, UAObject>()
  const object = (id: string, browseName: string, name: Text, organizedBy: UAObject, more: object = {}): UAObject => {
    const made = own.addObject({ nodeId: `s=${id}`, browseName, organizedBy, ...named(name), ...more } as never)
    objects.set(id, made)
    return made
  }
  const property = (of: UAObject | UAVariable, browseName: string, dataType: DataType, value: unknown, type?: string) =>
    own.addVariable({
      propertyOf: of,
      browseName: { name: browseName, namespaceIndex: 0 },
      dataType: type ?? dataType,
      accessLevel: 'CurrentRead',
      ...(Array.isArray(value) && { valueRank: 1 }),
      value: { dataType, value, ...(Array.isArray(value) && { arrayType: 'Array' }) },
    } as never)

  const site = object('site', model.site.id, model.site.name, space.rootFolder.objects)
  const bySpace = object('spaces', 'Spaces', { 'zh-CN': '按空间', en: 'Spaces' }, site)
  const byKind = object('kinds', 'Kinds', { 'zh-CN': '按类别', en: 'Kinds' }, site)
  // Apart from the tree: HasEventSource would show each equipment in it once more.
  const alarms = object('alarms', 'Alarms', { 'zh-CN': '报警', en: 'Alarms' }, site, {
    eventNotifier: 1,
    notifierOf: space.rootFolder.objects.server,
  })
  // What no equipment of the site is the source of: its channels, its outputs, itself.
  const gateway = object('gateway', 'Gateway', { 'zh-CN': '网关本身', en: 'The gateway itself' }, alarms, {
    eventSourceOf: alarms,
  })
  for (const { id, name, parent, kind } of model.spaces) {
    const within = (parent !== null && objects.get(`space:${parent}`)) || bySpace
    property(object(`space:${id}`, id, name, within), 'Kind', DataType.String, kind)
  }
  const equipment = new Map<string, UAObject>()
  for (const { id, kind, name, space: place } of model.equipment) {
    const within = (place !== null && objects.get(`space:${place}`)) || bySpace
    const kinds = objects.get(`kind:${kind}`) ?? object(`kind:${kind}`, kind, { 'zh-CN': kind, en: kind }, byKind)
    const made = object(id, id, name, within, { eventSourceOf: alarms })
    kinds.addReference({ referenceType: 'Organizes', nodeId: made })
    property(made, 'Kind', DataType.String, kind)
    equipment.set(id, made)
  }

  const keeping = historyOf(own, site)
  const shown = model.points.map((point): Shown => {
    const { id, key, kind, name, unit, range } = point
    const typeDefinition = range ? 'AnalogItemType' : unit ? 'AnalogUnitType' : 'BaseDataVariableType'
    const variable = own.addVariable({
      nodeId: `s=${id}`,
      browseName: key,
      componentOf: equipment.get(point.equipment)!,
      dataType: types[kind],
      typeDefinition: kind === 'number' ? typeDefinition : 'BaseDataVariableType',
      accessLevel: `CurrentRead | HistoryRead${point.writable ? ' | CurrentWrite' : ''}`,
      minimumSamplingInterval: 0,
      historizing: true,
      ...named(name),
    } as never)
    if (unit) {
      property(variable, 'EngineeringUnits', DataType.ExtensionObject, euInformation(unit), 'EUInformation')
    }
    if (range && kind === 'number') {
      const value = new Range({ low: range[0], high: range[1] })
      property(variable, 'EURange', DataType.ExtensionObject, value, 'Range')
    }
    if (point.enum) {
      const value = Object.entries(point.enum).map(
        ([code, text]) =>
          new EnumValueType({ value: toInt64(Number(code)), displayName: { locale: language, text: text[language] } }),
      )
      property(variable, 'EnumValues', DataType.ExtensionObject, value, 'EnumValueType')
    }
    if (keeping) variable.addReference({ referenceType: 'HasHistoricalConfiguration', nodeId: keeping })
    variable.setValueFromSource({ dataType: DataType.Null }, statusNamed('BadWaitingForInitialData'))
    points(point, variable)
    return { point, variable, code: 1 }
  })

  return {
    own,
    shown,
    gateway,
    equipment,
    variables: new Map<PointId, Shown>(shown.map(s => [s.point.id, s])),
    /** @returns those whose quality has changed */
    take({ points, times, codes, values, texts }: Values): Shown[] {
      const changed: Shown[] = []
      for (let i = 0; i < points.length; i++) {
        const one = shown[points[i]!]
        if (!one) continue
        const value = plainOf(one.point.kind, values[i]!, texts)
        const variant = value === null ? { dataType: DataType.Null } : { dataType: types[one.point.kind], value }
        one.variable.setValueFromSource(variant, statusNamed(statusOfCode(codes[i]!)), new Date(times[i]!))
        if (one.code !== codes[i]) changed.push(one)
        one.code = codes[i]!
      }
      return changed
    },
  }
}

/** The columns of `Values` back to a value; null: there is none. */
export function plainOf(kind: Kind, value: number, texts: readonly string[]): Value | null {
  if (Number.isNaN(value)) return null
  return kind === 'number' ? value : kind === 'boolean' ? value === 1 : (texts[value] ?? null)
}
export const dataTypeOf = (kind: Kind): DataType => types[kind]

/** One configuration for all: each value holds until the next one [OPC 10000-11 5.2.3]. */
function historyOf(own: Namespace, site: UAObject): UAObject | null {
  const type = own.addressSpace.findObjectType('HistoricalDataConfigurationType')
  if (!type) return null
  const made = type.instantiate({ namespace: own, browseName: 'HA Configuration', componentOf: site, nodeId: 's=ha' })
  const stepped = made.getPropertyByName('Stepped')
  stepped?.setValueFromSource({ dataType: DataType.Boolean, value: true })
  // How aggregates are judged unless a client says otherwise [OPC 10000-13 4.2.1.2].
  const judged = made.getChildByName('AggregateConfiguration') as UAObject | null
  const set = (name: string, dataType: DataType, value: unknown) =>
    judged?.getPropertyByName(name)?.setValueFromSource({ dataType, value })
  set('TreatUncertainAsBad', DataType.Boolean, true)
  set('PercentDataBad', DataType.Byte, 100)
  set('PercentDataGood', DataType.Byte, 100)
  set('UseSlopedExtrapolation', DataType.Boolean, false)
  return made
}
