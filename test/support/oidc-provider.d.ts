/** As much of the provider as tests use; it brings no types of its own. */
declare module 'oidc-provider' {
  interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }
  interface Context {
    readonly oidc: {
      readonly provider: { readonly Grant: new (of: { clientId: string; accountId: string }) => Grant }
      readonly client: { readonly clientId: string }
      readonly session: { readonly accountId: string }
    }
  }
  interface Configuration {
    readonly interactions: { url(ctx: Context, interaction: { readonly uid: string }): string }
    findAccount(ctx: Context, id: string): { readonly accountId: string; claims(): object }
    loadExistingGrant(ctx: Context): Promise<Grant>
    readonly [other: string]: unknown
  }
  export default class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): (request: never, response: never) => Promise<void>
    interactionFinished(request: never, response: never, result: object): Promise<void>
  }
}
