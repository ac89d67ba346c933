import type { FastifyRequest } from 'fastify'
import type { AlarmView, LiveMessage, RunView } from './contract.ts'

/**
 * What leaves the gateway for a screen on a wall: whoever comes in reads it. Who acknowledged and who did a step stay, as
 * the other person on duty has to know; what people wrote in their own words, reports and telephone numbers do not.
 */
export const isDisplay = (request: Pick<FastifyRequest, 'identity'>): boolean =>
  request.identity?.user.role === 'display'

const alarmForDisplay = (alarm: AlarmView): AlarmView => ({
  ...alarm,
  shelved: alarm.shelved && { ...alarm.shelved, reason: '' },
  outOfService: alarm.outOfService && { ...alarm.outOfService, reason: '' },
})
const runForDisplay = (run: RunView): RunView => ({
  ...run,
  steps: run.steps.map(step => ({ ...step, values: {}, note: null, photo: false })),
  reason: null,
  notices: { interrupted: null, restored: null },
  draft: { ...run.draft, cause: null, place: null, handling: null },
  report: null,
})

export const alarmFor = (request: FastifyRequest, alarm: AlarmView): AlarmView =>
  isDisplay(request) ? alarmForDisplay(alarm) : alarm
export const runFor = (request: FastifyRequest, run: RunView): RunView =>
  isDisplay(request) ? runForDisplay(run) : run
export const messageForDisplay = (message: LiveMessage): LiveMessage =>
  message.kind === 'alarm'
    ? { ...message, alarm: alarmForDisplay(message.alarm) }
    : message.kind === 'runbook'
      ? { ...message, run: runForDisplay(message.run) }
      : message
