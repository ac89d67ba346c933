import { pollHostileLine, pollWithModbusSerial } from '../support/hostileline.ts'
import { NotRun, type Proven } from './proof.ts'

/**
 * A line that is late, damaged and answered by others, read 10,000 times per transport; TCP runs across the end of its
 * transaction numbers. Then the control: what the package modbus-serial reads from the same line.
 */
export async function hostileLine(polls = 10_000): Promise<Proven> {
  const seed = Date.now() % 1_000_000
  console.log(`seed ${seed}`)
  let holds = true
  const figures: string[] = []
  for (const kind of ['modbus-rtu', 'modbus-rtu-over-tcp', 'modbus-tcp'] as const) {
    const seen = await pollHostileLine(kind, polls, { seed })
    if (!seen) throw new NotRun(`${kind} needs socat (Debian: apt-get install socat)`)
    const { wrong, ...rest } = seen
    console.log(`${kind}:`, { wrong: wrong.length, ...rest }, ...wrong.slice(0, 5))
    figures.push(`${kind} ${rest.good} of ${polls} right, ${wrong.length} wrong`)
    const asBadAsItSays = rest.line.late + rest.line.corrupt + rest.line.foreign > polls * 0.06
    holds &&= wrong.length === 0 && rest.recoveredMs < 20_000 && asBadAsItSays && rest.good > polls * 0.6
    console.log('  control, modbus-serial:', await pollWithModbusSerial(kind, Math.min(polls, 2000), seed))
  }
  return { holds, figure: figures.join('; ') }
}
