/**
 * Writes a command's result and ends the process once whoever reads it has all of it: into a pipe Node writes only some
 * 64 KB before an exit, and the rest would be lost.
 */
export async function finish(text: string, exitCode: number): Promise<never> {
  await new Promise<void>((resolve) => {
    // A reader that has seen enough (`| head`) closes the pipe.
    process.stdout.once('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
  process.exit(exitCode);
}
