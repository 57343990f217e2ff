/** A runner's output without what changes from run to run: ids, times and places. */
export function normalised(output: string, folder: string): string {
  return output
    .replaceAll(folder, '<project>')
    .replaceAll(folder.slice(1), '<project>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<request id>')
    .replace(/\b(process|docker|podman) [0-9a-f]{8}\b/g, '$1 <id>')
    .replace(/\d+(\.\d+)? ?ms\b/g, 'N ms')
    .replace(/\d+\.\d+ ?s\b/g, 'N s')
    .replace(/Max Memory Used: \d+ MB/g, 'Max Memory Used: N MB')
    .replace(/ RUN {2}v\S+/g, ' RUN  vN')
    .replace(/^ +(Start at|Duration) .*\n/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
