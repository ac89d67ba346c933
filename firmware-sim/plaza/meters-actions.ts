import { BodyError } from '../actions.ts'
import type { Action } from '../part.ts'
import { flagIn, numberIn, oneIn } from './body.ts'
import type { Meters } from './meters.ts'

/** What can happen to a meter. */
export function metersActions({ counters }: Meters): Action[] {
  const names = [...counters.keys()]
  const meter = (body: Readonly<Record<string, unknown>>) => counters.get(oneIn(body, 'meter', names))!
  return [
    {
      path: 'meters/wind',
      example: { meter: 'em-kiosk-1', before: 0.01 },
      text: 'a meter with a known end of its scale stands so many kWh before it',
      run(body) {
        if (!meter(body).wind(numberIn(body, 'before', 0.001, 1000)))
          throw new BodyError(`${body.meter} does not roll over within its life; em-kiosk-1 does`)
      },
    },
    {
      path: 'meters/exchange',
      example: { meter: 'em-a-1201', index: 0.4 },
      text: 'another meter is put in its place, with this index',
      run: body => meter(body).exchange(numberIn(body, 'index', 0, 1e7, 0)),
    },
    {
      path: 'meters/stick',
      example: { meter: 'pulses-a/water-1002', on: true },
      text: 'its register stands, whatever flows',
      run: body => meter(body).stick(flagIn(body, 'on', true)),
    },
    {
      path: 'meters/restore',
      example: { meter: 'em-a-1201' },
      text: 'as if nothing had happened to it: the old meter, with what has flowed since',
      run: body => meter(body).restore(),
    },
  ]
}
