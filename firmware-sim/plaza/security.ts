import { flag, oneOf, whole } from '../body.ts'
import type { Action, Part, Ties } from '../part.ts'
import { createBroadcast } from './broadcast.ts'
import { contacts, createContactModule, guardedRooms } from './contacts.ts'
import { createHelpCalls, helpPlaces, homes } from './help-calls.ts'
import { createTelephone } from './telephone.ts'

const roomAtRest = { celsius: 23, humidity: 50, water: false }
/** The cameras live on a small battery of their own. */
const camerasLastS = 600

/**
 * Security contacts, help calls, broadcast and telephone: units 1 to 4 of line `security-1`, see contacts.ts,
 * help-calls.ts, broadcast.ts, telephone.ts. Feeder elv.
 */
export function securityPart(ties: Ties): Part {
  const module = createContactModule()
  const help = createHelpCalls()
  const broadcast = createBroadcast()
  const telephone = createTelephone()
  let unfedS = 0
  let cameraFault = false

  const actions: Action[] = [
    {
      path: 'security/perimeter',
      example: { zone: 3, on: true },
      text: 'somebody climbs through perimeter zone 1 to 6, or has gone',
      run: body => module.set(`perimeter-${whole(body, 'zone', 1, 6)}`, flag(body, 'on', true)),
    },
    {
      path: 'security/intrusion',
      example: { room: 'hv-room', on: true },
      text: `the intrusion contact of a room (${guardedRooms.join(', ')})`,
      run: body => module.set(oneOf(body, 'room', guardedRooms), flag(body, 'on', true)),
    },
    {
      path: 'security/cctv',
      example: { on: true },
      text: 'cameras lost, or back',
      run(body) {
        cameraFault = flag(body, 'on', true)
      },
    },
    {
      path: 'security/recorder',
      example: { on: true },
      text: 'the recorder has a fault, or is mended',
      run: body => module.set('recorder', flag(body, 'on', true)),
    },
    {
      path: 'help/press',
      example: { place: '1202' },
      text: 'somebody presses the help button of a home (0401 to 1802), lobby-a, garage-1, toilet-l2 ...',
      run: body => help.press(oneOf(body, 'place', helpPlaces)),
    },
    {
      path: 'help/answer',
      example: {},
      text: 'the desk has answered: one place, or without it all',
      run: body => help.answer(body.place === undefined ? undefined : oneOf(body, 'place', helpPlaces)),
    },
    {
      path: 'help/tamper',
      example: { home: '0702', on: true },
      text: 'the infra-red detector of a home is taken off, or put back',
      run: body => help.tamper(oneOf(body, 'home', homes), flag(body, 'on', true)),
    },
    {
      path: 'broadcast/amplifier',
      example: { amplifier: 1, fault: true },
      text: 'amplifier 1 or 2 has a fault, or is mended',
      run: body => broadcast.amplifierFault(whole(body, 'amplifier', 1, 2) as 1 | 2, flag(body, 'fault', true)),
    },
    {
      path: 'broadcast/power',
      example: { on: false },
      text: 'the rack of the broadcast room is switched off, or on',
      run: body => broadcast.setPower(flag(body, 'on')),
    },
    {
      path: 'telephone/trunk',
      example: { trunk: 1, lost: true },
      text: 'trunk 1 or 2 of the exchange is lost, or back',
      run: body => telephone.trunkFault(whole(body, 'trunk', 1, 2) as 1 | 2, flag(body, 'lost', true)),
    },
    {
      path: 'telephone/down',
      example: { on: true },
      text: 'the exchange is down, or up again',
      run: body => telephone.setDown(flag(body, 'on', true)),
    },
  ]

  return {
    lines: [
      {
        id: 'security-1',
        protocol: 'modbus-tcp',
        units: new Map([
          [1, module.device],
          [2, help.device],
          [3, broadcast.device],
          [4, telephone.device],
        ]),
      },
    ],
    actions,
    step(dtS, at) {
      const fed = ties.fed.elv
      unfedS = fed ? 0 : unfedS + dtS
      module.step(dtS)
      module.set('cctv-loss', cameraFault || unfedS > camerasLastS)
      broadcast.step(at, fed, ties.fire.confirmed)
      telephone.step(dtS, at, fed, ties.rooms['elv-room'] ?? roomAtRest)
      ties.demandKw.elv = fed ? 8 + (broadcast.state.programme > 0 ? 0.9 : 0.2) : 0
    },
    state: () => ({
      contacts: { inAlarm: contacts.filter(name => module.on.has(name)).join(' ') },
      help: { waiting: [...help.waiting].join(' ') },
      broadcast: broadcast.state,
      telephone: telephone.state,
    }),
  }
}
