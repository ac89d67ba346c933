import type { z } from 'zod'
import type { Known } from '../channels/ownprofiles.ts'
import { page, profile } from './contract.ts'
import type { App, Deps } from './deps.ts'

export const profileView = ({ profile: p, file }: Known): z.infer<typeof profile> => ({
  id: p.id,
  name: p.name,
  kind: p.kind,
  protocols: [...p.protocols],
  draft: p.draft === true,
  source: p.source,
  points: p.points.length,
  probe: p.probe !== undefined,
  origin: file === null ? ('builtin' as const) : ('site' as const),
  file,
})

export function profileRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/profiles',
    {
      config: { access: 'plant.read' },
      schema: {
        tags: ['plant'],
        summary: 'Device models that equipment can name: built in, and of this site',
        response: { 200: page(profile) },
      },
    },
    async () => ({
      items: deps.profiles().map(profileView),
      next: null,
    }),
  )
}
