import type { CommandReason } from '../../../rules/command.ts'
import { GOOD, type HistoryReason, qualityOf, reasonOf } from '../../history/codes.ts'

/** Names of status codes [OPC 10000-4 7.39.2, OPC 10000-8 6.3]: the one place where words of ours become words of OPC UA. */

/** Why a value is not good. Of what is in doubt the value itself goes along. */
const bad: Readonly<Record<HistoryReason, string>> = {
  'never-read': 'BadWaitingForInitialData',
  offline: 'BadNoCommunication',
  timeout: 'BadTimeout',
  refused: 'BadDeviceFailure',
  undecodable: 'BadDecodingError',
  'no-value': 'BadSensorFailure',
  'out-of-range': 'BadOutOfRange',
  'wrong-device': 'BadConfigurationError',
  stale: 'BadNoCommunication',
  uncertain: 'Bad',
  'not-recorded': 'BadDataLost',
}
/** @param code as in history */
export function statusOfCode(code: number): string {
  if (code === GOOD) return 'Good'
  const reason = reasonOf(code)!
  if (qualityOf(code) === 'bad') return bad[reason]
  return reason === 'stale' ? 'UncertainLastUsableValue' : 'Uncertain'
}

/** What became of a command. Good only when it was read back. */
export function statusOfCommand(phase: string, why: CommandReason | null): string {
  if (phase === 'confirmed') return 'Good'
  // Asked for in vain: nobody may be made to believe that it is under way.
  if (phase === 'awaiting' || why === null) return 'BadUserAccessDenied'
  return commands[why]
}
const commands: Readonly<Record<CommandReason, string>> = {
  'fire-release': 'BadInvalidState',
  tagged: 'BadLocked',
  'pre-start-open': 'BadInvalidState',
  offline: 'BadNoCommunication',
  'wrong-device': 'BadConfigurationError',
  interlock: 'BadInvalidState',
  'interlock-unknown': 'BadInvalidState',
  'cool-down': 'BadInvalidState',
  'refused-by-person': 'BadUserAccessDenied',
  withdrawn: 'BadUserAccessDenied',
  'second-person-late': 'BadUserAccessDenied',
  'no-longer-offered': 'BadNotWritable',
  'refused-by-device': 'BadDeviceFailure',
  'read-only': 'BadNotWritable',
  // Perhaps done: whoever asks must look.
  'no-answer': 'BadTimeout',
  'reads-otherwise': 'BadUnexpectedError',
  'no-read-back': 'BadTimeout',
  interrupted: 'BadTimeout',
}

/** Why a command was not even taken up: the codes of errors. */
export const statusOfFault: Readonly<Record<string, string>> = {
  'command-none': 'BadNotWritable',
  'command-role': 'BadUserAccessDenied',
  'command-kind': 'BadTypeMismatch',
  'command-values': 'BadOutOfRange',
  'command-range': 'BadOutOfRange',
  'command-step': 'BadOutOfRange',
  'command-busy': 'BadInvalidState',
}

/** Linear in urgency, as OPC 10000-5 6.4.2 has it: high is above 800, low below 200. */
export const severityOf = { life: 1000, high: 800, medium: 500, low: 200, journal: 1 } as const
