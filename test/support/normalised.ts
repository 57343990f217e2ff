/** A runner's output without what changes from run to run: ids, times and places. */
export function normalised(output: string, folder: string): string {
  return (
    output
      // The package's own files, and runners', which no user's line is in.
      .replace(/^.*(lambda-fixtures-built|node_modules|node:internal).*\n/gm, '')
      .replaceAll(folder, '<project>')
      .replaceAll(folder.slice(1), '<project>')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<request id>')
      .replace(/\b(process|docker|podman) [0-9a-f]{12}\b/g, '$1 <id>')
      .replace(/\d[\d,]*(\.\d+)? ?ms\b/g, 'N ms')
      .replace(/\d+\.\d+ seconds\b/g, 'N seconds')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/\d+\.\d+ ?s\b/g, 'N s')
      .replace(/Max Memory Used: \d+ MB/g, 'Max Memory Used: N MB')
      .replace(/ RUN {2}v\S+/g, ' RUN  vN')
      .replace(/^ +(Start at|Duration) .*\n/gm, '')
      .replace(/^Node\.js v.*$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  )
}
