import { z } from 'zod'
import { certificate } from './channels.ts'

export const webCertificate = certificate.extend({
  selfMade: z.boolean(),
  pem: z.string(),
})
/** Where the pages and the API are, and what HTTPS shows. */
export const webState = z.object({
  doors: z.array(z.object({ kind: z.enum(['http', 'https', 'redirect']), address: z.string() })),
  /** null: there is no HTTPS. */
  certificate: webCertificate.nullable(),
  /** Files of the site that cannot be used: the certificate before stays. */
  unusable: z.boolean(),
})
export type WebState = z.infer<typeof webState>
