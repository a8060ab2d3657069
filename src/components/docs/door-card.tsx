/** One door: what it does, how a shell asks it, what it takes and what it answers. */
import { Badge } from '../ui/tone.tsx';
import { curlOf, type Door, fieldsOf, type OpenApi, type Schema } from './description.ts';
import { Prose } from './prose.tsx';

export function DoorCard({ document, door }: { document: OpenApi; door: Door }) {
  const done = door.answers.find(({ status }) => status === '200');
  return (
    <article className="grid gap-3 border-t border-line px-4 py-4 first:border-t-0 sm:px-5">
      <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="rounded bg-sunken px-2 py-0.5 font-mono text-sm font-semibold">{door.method}</span>
        <span className="font-mono break-all">{door.path}</span>
        {door.deprecated && <Badge tone="warn">old address</Badge>}
      </h3>
      <p className="font-semibold">{door.summary}</p>
      {door.description !== '' && <Prose text={door.description} />}
      <pre className="overflow-x-auto rounded-lg bg-sunken px-3 py-2 font-mono text-[0.8125rem]">
        {curlOf(door)}
      </pre>
      {door.query.length > 0 && (
        <Fields
          title="Query"
          document={document}
          schema={{ properties: Object.fromEntries(door.query.map(({ name, schema }) => [name, schema])) }}
        />
      )}
      {door.body !== null && <Fields title="Body" document={document} schema={door.body} />}
      {done?.schema != null && <Fields title="Answer" document={document} schema={done.schema} folded />}
      <Answers door={door} />
    </article>
  );
}

function Fields(props: { title: string; document: OpenApi; schema: Schema; folded?: boolean }) {
  const { title, document, schema, folded = false } = props;
  const fields = fieldsOf(document, schema);
  if (fields.length === 0) return null;
  return (
    <details open={!folded}>
      <summary className="min-h-9 content-center text-sm font-semibold">
        {title}{' '}
        <span className="font-normal text-muted">
          ({fields.length === 1 ? '1 field' : `${fields.length} fields`})
        </span>
      </summary>
      <dl className="mt-1 grid gap-1.5 text-sm">
        {fields.map(({ name, type, description, depth }, at) => (
          <div key={`${at} ${name}`} style={{ paddingLeft: `${depth * 1.1}rem` }}>
            <dt className="inline font-mono font-medium">{name}</dt>{' '}
            <dd className="inline text-muted">
              <span className="font-mono text-[0.8125rem]">{type}</span>
              {description !== '' && (
                <>
                  {' · '}
                  <Prose inline text={description} />
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Answers({ door }: { door: Door }) {
  return (
    <ul className="grid gap-1.5 text-sm">
      {door.answers.map(({ status, description }) => (
        <li key={status} className="flex items-baseline gap-3">
          <span
            className={`figures font-mono font-medium ${status.startsWith('2') ? 'text-good' : 'text-muted'}`}
          >
            {status}
          </span>
          <Prose inline text={description} />
        </li>
      ))}
    </ul>
  );
}
