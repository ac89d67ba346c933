import type { Api } from '../support/api.ts'
import { addresses } from './walk.ts'

/** All pages of a demo, with a run of a runbook and a case at the desk, so that their pages show one. */
export async function addressesFor(api: Api): Promise<readonly string[]> {
  await api.post('/api/v1/runs', { runbook: 'lift-trapped' })
  const { status } = await api.post('/api/v1/complaints', { subject: 'noise', text: '夜间装修噪声' })
  if (status !== 201) throw new Error(`no case at the desk: ${status}`)
  return addresses(api)
}

export interface Picture {
  readonly name: string
  readonly address: string
  readonly width: number
}
/** The one of the README, in English: the pump that trips 40 s after the demo's start. */
export const readmePicture = { address: '/equipment/booster-b1', width: 1366, file: 'docs/picture.png' } as const
/** The few that the docs show: the page that each role begins with, and the one beside it. */
export const docsPictures: readonly Picture[] = [
  { name: 'control-room', address: '/alarms', width: 1366 },
  { name: 'plan', address: '/plan', width: 1366 },
  { name: 'engineer', address: '/orders', width: 1366 },
  { name: 'equipment', address: '/equipment', width: 1366 },
  { name: 'guard', address: '/rounds', width: 1366 },
  { name: 'gate', address: '/gate', width: 1366 },
  { name: 'desk', address: '/orders/desk', width: 1366 },
  { name: 'billing', address: '/readings', width: 1366 },
  { name: 'manager', address: '/month', width: 1366 },
]
