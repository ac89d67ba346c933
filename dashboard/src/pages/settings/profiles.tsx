import { useQuery } from '@tanstack/react-query'
import type { ProfileView } from '../../../../gateway/http/contract.ts'
import { call, type Items } from '../../api.ts'
import { plain } from '../../format.ts'
import { Loaded, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

/** Device models that equipment can name. Drafts are said to be drafts. */
export function Profiles() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['profiles'],
    queryFn: async () => (await call<Items<ProfileView>>('profiles')).items,
    staleTime: 0,
  })
  return (
    <Loaded query={query} what={t('profiles.title')}>
      {profiles => (
        <div className="places">
          <Note icon="help">{t('profiles.own')}</Note>
          <section className="card">
            <div className="card-h">
              <h2>{t('profiles.title')}</h2>
              <span className="ml dim">
                {t('profiles.count', { n: profiles.length, draft: profiles.filter(p => p.draft).length })}
              </span>
            </div>
            <List profiles={profiles} />
          </section>
        </div>
      )}
    </Loaded>
  )
}

function List({ profiles }: { readonly profiles: readonly ProfileView[] }) {
  const { t, of, code } = useText()
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>{t('profiles.name')}</th>
          <th>{t('profiles.kind')}</th>
          <th className="r">{t('profiles.points')}</th>
          <th>{t('common.state')}</th>
          <th>{t('profiles.source')}</th>
        </tr>
      </thead>
      <tbody>
        {profiles.map(p => (
          <tr key={p.id}>
            <td className="wide">
              <b>
                <bdi>{of(p.name)}</bdi>
              </b>
              <div className="cap mono">{plain(p.id)}</div>
            </td>
            <td className="nw">{code('kind', p.kind)}</td>
            <td className="r nw">
              <span className="only-s dim">{t('profiles.points')} </span>
              {p.points}
            </td>
            <td>
              <div className={p.draft ? 'q-t nw' : 'nw'}>{t(p.draft ? 'profiles.draft' : 'profiles.confirmed')}</div>
              <div className="cap">
                {p.origin === 'site' ? t('profiles.ofSite', { file: plain(p.file ?? '') }) : t('profiles.builtIn')}
                {p.probe ? null : ` · ${t('profiles.noProbe')}`}
              </div>
            </td>
            <td className="cap">
              <bdi>{plain(p.source)}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
