// Starts a sandbox, runs every step of both tours in order, prints one line a step. Exit code 1 when a step failed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { dataverseTour } from './dataverse.mjs';
import { jiraTour } from './jira.mjs';

const program = process.argv[2];
if (!program) {
  console.error('usage: node tour.mjs SANDBOX');
  process.exit(2);
}

// The sandbox ends when our end of its input closes, however we end.
const child = spawn(program, ['--until-eof', '--world', 'support'], { stdio: ['pipe', 'pipe', 'inherit'] });
const ready = await new Promise((resolve, reject) => {
  createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
  child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
  child.once('error', reject);
});

let passed = 0;
const failures = [];

function shown(error) {
  const said = error?.response?.data ?? error?.cause?.response?.data;
  const lines = String(error?.stack ?? error).split('\n').slice(0, 6);
  if (said !== undefined) lines.push(`  answered: ${typeof said === 'string' ? said : JSON.stringify(said)}`);
  return lines.join('\n     ');
}

// A tour may use what earlier steps made; when a step fails, later ones are tried all the same.
async function step(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}\n     ${shown(error)}`);
  }
}

// POST to /_sandbox/… : the clock, a switch, an edit by a person.
async function control(what, body) {
  const answer = await fetch(`${ready.jira}/_sandbox/${what}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`/_sandbox/${what}: ${answer.status} ${await answer.text()}`);
  return answer.json().catch(() => undefined);
}

try {
  await jiraTour({ ready, step, control });
  await dataverseTour({ ready, step, control });
} finally {
  child.removeAllListeners('exit');
  child.stdin.end();
}
console.log(`tour: ${passed} steps passed, ${failures.length} failed${failures.length > 0 ? `: ${failures.join('; ')}` : ''}`);
process.exitCode = failures.length > 0 ? 1 : 0;
