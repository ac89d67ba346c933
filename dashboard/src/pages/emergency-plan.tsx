import { useQuery } from '@tanstack/react-query'
import type { EmergencyPlanView } from '../../../gateway/http/contract.ts'
import { call, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded, Note } from '../parts/notes.tsx'
import { telOf } from '../parts/PhoneBook.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './emergency-plan.css'
import { Back } from '../parts/Back.tsx'

/** The emergency plan [F40] as one document: organisation, people, and the measures of each hazard. To print and sign. */
export default function EmergencyPlan() {
  const { t, of } = useText()
  const { site } = useMe()
  const query = useQuery({ queryKey: ['emergency-plan'], queryFn: () => call<EmergencyPlanView>('emergency-plan') })
  return (
    <Page title={t('emergency.title')} sub={of(site.name)}>
      <Loaded query={query} what={t('emergency.title')}>
        {plan => (
          <div className="rp">
            <div className="row wrap g2 bar-h rp-x">
              <Back href="/runbooks">{t('runbooks.title')}</Back>
              <Button onClick={() => window.print()}>{t('emergency.print')}</Button>
            </div>
            <article className="card rp-p ep">
              <h2>
                {of(site.name)} · {t('emergency.title')}
              </h2>
              <div className="cap">{t('emergency.printedAt', { time: formatDay(serverNow(), site.timezone) })}</div>
              <Organisation plan={plan} />
              {plan.chapters.map(chapter => (
                <Chapter key={chapter.hazard} chapter={chapter} />
              ))}
            </article>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Organisation({ plan }: { readonly plan: EmergencyPlanView }) {
  const { t, of } = useText()
  return (
    <section>
      <h3>{t('emergency.organisation')}</h3>
      {plan.organisation.length === 0 ? (
        <Note icon="help">{t('emergency.noOrganisation')}</Note>
      ) : (
        <ul>
          {plan.organisation.map(({ post, duties, person, phone }) => (
            <li key={`${post.en} ${person}`}>
              <b>{of(post)}</b>
              {person === null ? null : <bdi> {plain(person)}</bdi>}
              {phone === null ? null : (
                <>
                  {' '}
                  <a className="link mono" href={telOf(phone)}>
                    {plain(phone)}
                  </a>
                </>
              )}
              <div className="cap">{of(duties)}</div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Chapter({ chapter }: { readonly chapter: EmergencyPlanView['chapters'][number] }) {
  const { t, of } = useText()
  return (
    <section>
      <h3>{of(chapter.name)}</h3>
      <div className="cap">
        {chapter.reviewed === null ? t('emergency.never') : t('emergency.reviewed', { day: chapter.reviewed })}
      </div>
      {chapter.calls.length === 0 ? null : (
        <p>
          {t('emergency.calls')}{' '}
          {chapter.calls.map(({ id, name, phone }) => (
            <a key={id} className="link" href={telOf(phone)}>
              <bdi>{of(name)}</bdi> <span className="mono">{plain(phone)}</span>
            </a>
          ))}
        </p>
      )}
      {chapter.written ? null : (
        <Note sort="medium" icon="warn">
          {t('emergency.unwritten')}
        </Note>
      )}
      {chapter.measures.length === 0 ? null : (
        <>
          <h4>{t('emergency.measures')}</h4>
          <ol>
            {chapter.measures.map(one => (
              <li key={one.en}>{of(one)}</li>
            ))}
          </ol>
        </>
      )}
      {chapter.runbooks.map(book => (
        <div key={book.id}>
          <h4>{t('emergency.steps', { name: of(book.name) })}</h4>
          {book.unwritten === null ? (
            <ol>
              {book.steps.map(step => (
                <li key={step.text.en}>
                  <span className="dim">
                    {of(step.who)}
                    {t('common.colon')}
                  </span>
                  {of(step.text)}
                  {step.safety ? <b> · {t('emergency.protects')}</b> : null}
                </li>
              ))}
            </ol>
          ) : (
            <Note icon="help">{of(book.unwritten)}</Note>
          )}
        </div>
      ))}
    </section>
  )
}
