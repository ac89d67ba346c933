import { z } from 'zod'
import { type PersonalDay, type PersonalDays, personalDays } from '../../rules/personal.ts'

const days = (of: PersonalDay) =>
  z.int().min(personalDays[of].least).max(personalDays[of].most).default(personalDays[of].without)

/** How long what is known of people is kept after its end, days [个人信息保护法 19: as briefly as will do]. */
export const personalSchema = z.strictObject({
  visitDays: days('visitDays'),
  passDays: days('passDays'),
  reporterDays: days('reporterDays'),
  complaintDays: days('complaintDays'),
  signatureDays: days('signatureDays'),
})
export const personalOf = (raw: z.infer<typeof personalSchema> | undefined): PersonalDays =>
  raw ?? personalSchema.parse({})
