import { z } from 'zod'
import { text } from './common.ts'

/** Ways to sign in beside name and password. */
export const signInWays = z.object({ oidc: z.object({ name: text }).nullable() })
/** Where the browser goes. */
export const oidcBegun = z.object({ url: z.string() })
export type SignInWays = z.infer<typeof signInWays>
