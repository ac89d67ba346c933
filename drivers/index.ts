import type { Driver } from './driver.ts'
import { modbusRtu, modbusRtuOverTcp, modbusTcp } from './modbus/driver.ts'
import { mqtt } from './mqtt/driver.ts'
import { opcua } from './opcua/driver.ts'
import type { Profile } from './profile.ts'
import { abbB23 } from './profiles/abb-b23.ts'
import { acrelAdw300 } from './profiles/acrel-adw300.ts'
import { apcNmc2 } from './profiles/apc-nmc2.ts'
import { carelUc2se } from './profiles/carel-uc2se.ts'
import { carloGavazziEm24 } from './profiles/carlo-gavazzi-em24.ts'
import { chintDtsu666 } from './profiles/chint-dtsu666.ts'
import { danfossFc51 } from './profiles/danfoss-fc51.ts'
import { driventv2 } from './profiles/driventv2.ts'
import { dzgDvh4013 } from './profiles/dzg-dvh4013.ts'
import { eastronSdm120 } from './profiles/eastron-sdm120.ts'
import { eastronSdm630 } from './profiles/eastron-sdm630.ts'
import { eliwellId974lx } from './profiles/eliwell-id974lx.ts'
import { grundfosCim } from './profiles/grundfos-cim.ts'
import { haierYcjA002 } from './profiles/haier-ycj-a002.ts'
import { janitzaUmg96rmE } from './profiles/janitza-umg96rm-e.ts'
import { komfoventAhu } from './profiles/komfovent-ahu.ts'
import { mebayDc90dr } from './profiles/mebay-dc90dr.ts'
import { ornoWe514 } from './profiles/orno-we514.ts'
import { peacefairPzem016 } from './profiles/peacefair-pzem016.ts'
import { rieltaBrshsRk } from './profiles/rielta-brshs-rk.ts'
import { schneiderActi9Smartlink } from './profiles/schneider-acti9-smartlink.ts'
import { schneiderIem3000 } from './profiles/schneider-iem3000.ts'
import { siemensPac2200 } from './profiles/siemens-pac2200.ts'
import { siemensRdf302 } from './profiles/siemens-rdf302.ts'
import { tuf2000m } from './profiles/tuf-2000m.ts'
import { vacon10 } from './profiles/vacon-10.ts'
import { vedaVf51 } from './profiles/veda-vf51.ts'
import { wirenboardMcm16 } from './profiles/wirenboard-mcm16.ts'
import { textSerial, textTcp } from './textstream/driver.ts'

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
export const drivers = distinct<Driver>(
  'drivers',
  [modbusTcp, modbusRtu, modbusRtuOverTcp, opcua, mqtt, textTcp, textSerial],
  d => d.protocol,
)

/** `id` is the word of `equipment[].profile`. */
export const profiles = distinct<Profile>(
  'profiles',
  [
    abbB23,
    acrelAdw300,
    apcNmc2,
    carelUc2se,
    carloGavazziEm24,
    chintDtsu666,
    danfossFc51,
    driventv2,
    dzgDvh4013,
    eastronSdm120,
    eastronSdm630,
    eliwellId974lx,
    grundfosCim,
    haierYcjA002,
    janitzaUmg96rmE,
    komfoventAhu,
    mebayDc90dr,
    ornoWe514,
    peacefairPzem016,
    rieltaBrshsRk,
    schneiderActi9Smartlink,
    schneiderIem3000,
    siemensPac2200,
    siemensRdf302,
    tuf2000m,
    vacon10,
    vedaVf51,
    wirenboardMcm16,
  ],
  p => p.id,
)
