import type { Driver } from './driver.ts'
import { modbusRtu, modbusRtuOverTcp, modbusTcp } from './modbus/driver.ts'
import { opcua } from './opcua/driver.ts'
import type { Profile } from './profile.ts'
import { eastronSdm630 } from './profiles/eastron-sdm630.ts'

/** The list of what is built in. A new driver or profile is one line here. */

/** @throws if two have the same name: which one a site would get must not depend on an order of lines */
export function distinct<T>(what: string, items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const names = new Set<string>()
  for (const name of items.map(nameOf)) {
    if (names.has(name)) throw new Error(`two ${what} are called ${name}`)
    names.add(name)
  }
  return items
}

/** `protocol` is the word of `channels[].protocol`. */
export const drivers = distinct<Driver>('drivers', [modbusTcp, modbusRtu, modbusRtuOverTcp, opcua], d => d.protocol)

/** `id` is the word of `equipment[].profile`. */
export const profiles = distinct<Profile>('profiles', [eastronSdm630], p => p.id)
