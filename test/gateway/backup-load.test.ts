import { expect, it } from 'vitest'
import { backUpUnderLoad } from '../support/backupunderload.ts'

it('a backup under load has all that was acknowledged before it began, and the recording goes on; 50: prove -- backup', {
  timeout: 120_000,
}, async () => {
  const seen = await backUpUnderLoad(1, { devices: 4, scanMs: 250, alarmReads: 4 }, () => {})
  expect(seen.wrong).toEqual([])
  expect(seen).toMatchObject({ backups: 1, notRecorded: 0 })
  expect(seen.acknowledged).toBeGreaterThan(10)
  expect(seen.alarmsRaised).toBeGreaterThan(3)
  expect(seen.samples).toBeGreaterThan(2000)
})
