// Jira's REST API v3 by jira.js, in the order of a working day: look around, make issues, find, edit, talk, attach, link, clean up.
import assert from 'node:assert/strict';
import http from 'node:http';

import { Version3Client } from 'jira.js';

const paragraph = (text) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });

// The status with which a call was refused.
async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error.status ?? error.response?.status ?? error.cause?.response?.status ?? String(error);
  }
  return 'was not refused';
}

export async function jiraTour({ ready, step, control }) {
  const client = new Version3Client({
    host: ready.jira,
    authentication: { basic: { email: ready.jiraEmail, apiToken: ready.jiraToken } },
  });
  const made = { basic: `Basic ${Buffer.from(`${ready.jiraEmail}:${ready.jiraToken}`).toString('base64')}` };

  await step('jira: who am I, and where', async () => {
    const me = await client.myself.getCurrentUser();
    assert.equal(me.emailAddress, ready.jiraEmail);
    assert.ok(me.accountId && me.timeZone);
    made.accountId = me.accountId;
    const info = await client.serverInfo.getServerInfo();
    assert.equal(info.deploymentType, 'Cloud');
  });

  await step('jira: a wrong token is refused', async () => {
    const stranger = new Version3Client({ host: ready.jira, authentication: { basic: { email: ready.jiraEmail, apiToken: 'wrong' } } });
    assert.equal(await refusal(() => stranger.myself.getCurrentUser()), 401);
  });

  await step('jira: projects, issue types, create metadata', async () => {
    const projects = await client.projects.searchProjects({ maxResults: 50 });
    assert.ok(projects.isLast);
    const project = projects.values.find((one) => one.key === 'SUP');
    assert.ok(project);
    const whole = await client.projects.getProject({ projectIdOrKey: 'SUP' });
    assert.equal(whole.id, project.id);
    const types = await client.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'SUP' });
    made.task = types.issueTypes.find((one) => one.name === 'Task').id;
    made.bug = types.issueTypes.find((one) => one.name === 'Bug').id;
    const meta = await client.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: 'SUP', issueTypeId: made.task, maxResults: 5 });
    assert.ok(meta.total > meta.fields.length, 'the fields come in pages');
    const fields = await client.issueFields.getFields();
    made.caseNumber = fields.find((one) => one.name === 'Case number').id;
    const statuses = await client.projects.getAllStatuses({ projectIdOrKey: 'SUP' });
    assert.ok(statuses.some((type) => type.statuses.length > 1));
  });

  await step('jira: create an issue with every kind of field', async () => {
    const issue = await client.issues.createIssue({
      fields: {
        project: { key: 'SUP' },
        issuetype: { id: made.task },
        summary: 'A tour of the box',
        description: paragraph('first line'),
        priority: { name: 'High' },
        labels: ['tour', 'first'],
        duedate: '2026-12-24',
        assignee: { accountId: made.accountId },
        components: [{ name: 'Hardware' }],
        [made.caseNumber]: 'CAS-1',
      },
    });
    assert.match(issue.key, /^SUP-\d+$/);
    made.issue = issue;
  });

  await step('jira: a create is refused field by field', async () => {
    const bad = { fields: { project: { key: 'SUP' }, issuetype: { id: made.task }, labels: ['has a blank'], duedate: 'tomorrow' } };
    let answer;
    try {
      await client.issues.createIssue(bad);
    } catch (error) {
      answer = error.response ?? error;
    }
    const data = answer?.data ?? answer;
    assert.equal(answer?.status, 400);
    for (const field of ['summary', 'labels', 'duedate']) assert.ok(JSON.stringify(data).includes(`"${field}"`), field);
  });

  await step('jira: create many at once, some of them refused', async () => {
    const good = (n) => ({ fields: { project: { key: 'SUP' }, issuetype: { id: made.task }, summary: `Tour ${n}`, labels: ['tour'] } });
    const bulk = await client.issues.createIssues({ issueUpdates: [good(1), { fields: { project: { key: 'SUP' } } }, ...[2, 3, 4, 5, 6].map(good)] });
    assert.equal(bulk.issues.length, 6);
    assert.equal(bulk.errors.length, 1);
    assert.equal(bulk.errors[0].failedElementNumber, 1);
    made.many = bulk.issues;
  });

  await step('jira: read it back', async () => {
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key });
    assert.equal(issue.id, made.issue.id);
    assert.equal(issue.fields.summary, 'A tour of the box');
    assert.equal(issue.fields.description.content[0].content[0].text, 'first line');
    assert.equal(issue.fields.priority.name, 'High');
    assert.equal(issue.fields.status.statusCategory.key, 'new');
    assert.equal(issue.fields.components[0].name, 'Hardware');
    assert.equal(issue.fields[made.caseNumber], 'CAS-1');
    const few = await client.issues.getIssue({ issueIdOrKey: made.issue.id, fields: ['summary', 'labels'] });
    assert.deepEqual(Object.keys(few.fields).sort(), ['labels', 'summary']);
    const some = await client.issues.bulkFetchIssues({ issueIdsOrKeys: [made.many[1].key, made.issue.id, 'SUP-99999'], fields: ['summary'] });
    assert.deepEqual(some.issues.map((one) => one.id), [made.issue.id, made.many[1].id]);
    assert.equal(await refusal(() => client.issues.getIssue({ issueIdOrKey: 'SUP-99999' })), 404);
  });

  await step('jira: search page by page with tokens', async () => {
    const found = [];
    let pages = 0;
    let nextPageToken;
    do {
      const page = await client.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({
        jql: 'project = SUP AND labels = tour ORDER BY created ASC, key ASC', fields: ['summary'], maxResults: 3, nextPageToken,
        reconcileIssues: [made.issue, ...made.many].map((one) => Number(one.id)),
      });
      assert.equal('total' in page, false);
      found.push(...page.issues.map((one) => one.key));
      nextPageToken = page.nextPageToken;
      pages += 1;
    } while (nextPageToken && pages < 10);
    assert.equal(pages, 3);
    assert.deepEqual(found, [made.issue, ...made.many].map((one) => one.key));
    const count = await client.issueSearch.countIssues({ jql: 'project = SUP AND labels = tour' });
    assert.equal(count.count, 7);
    assert.equal(await refusal(() => client.issueSearch.searchForIssuesUsingJqlEnhancedSearch({ jql: 'project = "SUP' })), 400);
  });

  await step('jira: the removed search says so', async () => {
    assert.equal(await refusal(() => client.issueSearch.searchForIssuesUsingJql({ jql: 'project = SUP' })), 410);
  });

  await step('jira: edit fields, and see the history', async () => {
    await client.issues.editIssue({
      issueIdOrKey: made.issue.key,
      fields: { summary: 'A longer tour', description: paragraph('second line') },
      update: { labels: [{ add: 'second' }, { remove: 'first' }] },
    });
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key });
    assert.equal(issue.fields.summary, 'A longer tour');
    assert.deepEqual([...issue.fields.labels].sort(), ['second', 'tour']);
    const history = await client.issues.getChangeLogs({ issueIdOrKey: made.issue.key });
    const fields = history.values.flatMap((one) => one.items.map((item) => item.field));
    assert.ok(fields.includes('summary') && fields.includes('labels') && fields.includes('description'));
    assert.equal(await refusal(() => client.issues.editIssue({ issueIdOrKey: made.issue.key, fields: { customfield_99999: 'x' } })), 400);
    const meta = await client.issues.getEditIssueMeta({ issueIdOrKey: made.issue.key });
    assert.ok(meta.fields.summary.required);
  });

  await step('jira: assign and take back', async () => {
    await client.issues.assignIssue({ issueIdOrKey: made.issue.key, accountId: null });
    assert.equal((await client.issues.getIssue({ issueIdOrKey: made.issue.key, fields: ['assignee'] })).fields.assignee, null);
    await client.issues.assignIssue({ issueIdOrKey: made.issue.key, accountId: made.accountId });
  });

  await step('jira: move through the workflow', async () => {
    const open = await client.issues.getTransitions({ issueIdOrKey: made.issue.key, expand: 'transitions.fields' });
    const start = open.transitions.find((one) => one.to.statusCategory.key === 'indeterminate');
    await client.issues.doTransition({ issueIdOrKey: made.issue.key, transition: { id: start.id } });
    const next = await client.issues.getTransitions({ issueIdOrKey: made.issue.key, expand: 'transitions.fields' });
    const finish = next.transitions.find((one) => one.to.statusCategory.key === 'done');
    assert.ok(finish.hasScreen && finish.fields.resolution.allowedValues.length > 0);
    await client.issues.doTransition({
      issueIdOrKey: made.issue.key, transition: { id: finish.id }, fields: { resolution: { name: 'Done' } },
    });
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key, fields: ['status', 'resolution'] });
    assert.equal(issue.fields.status.statusCategory.key, 'done');
    assert.equal(issue.fields.resolution.name, 'Done');
    assert.equal(await refusal(() => client.issues.doTransition({ issueIdOrKey: made.issue.key, transition: { id: '999' } })), 400);
  });

  await step('jira: comment with a property, edit it, page through comments', async () => {
    const comment = await client.issueComments.addComment({
      issueIdOrKey: made.issue.key, comment: paragraph('hello'), properties: [{ key: 'tour.mark', value: { n: 1 } }],
    });
    assert.equal(comment.body.content[0].content[0].text, 'hello');
    assert.equal(comment.updated, comment.created);
    const mark = await client.issueCommentProperties.getCommentProperty({ commentId: comment.id, propertyKey: 'tour.mark' });
    assert.deepEqual(mark.value, { n: 1 });
    await control('clock', { advance: '1m' });
    await client.issueComments.updateComment({ issueIdOrKey: made.issue.key, id: comment.id, body: paragraph('hello again') });
    const read = await client.issueComments.getComment({ issueIdOrKey: made.issue.key, id: comment.id });
    assert.equal(read.body.content[0].content[0].text, 'hello again');
    assert.notEqual(read.updated, read.created);
    for (let n = 0; n < 4; n += 1) await client.issueComments.addComment({ issueIdOrKey: made.issue.key, comment: paragraph(`note ${n}`) });
    const page = await client.issueComments.getComments({ issueIdOrKey: made.issue.key, startAt: 2, maxResults: 2, orderBy: '-created' });
    assert.equal(page.total, 5);
    assert.equal(page.comments.length, 2);
    const listed = await client.issueComments.getCommentsByIds({ ids: [Number(comment.id)], expand: 'properties' });
    assert.equal(listed.values[0].properties[0].key, 'tour.mark');
    await client.issueComments.deleteComment({ issueIdOrKey: made.issue.key, id: comment.id });
    assert.equal(await refusal(() => client.issueComments.getComment({ issueIdOrKey: made.issue.key, id: comment.id })), 404);
  });

  await step('jira: upload files', async () => {
    const bytes = Buffer.from([0, 1, 2, 253, 254, 255, 10, 13]);
    const [text, binary] = await client.issueAttachments.addAttachment({
      issueIdOrKey: made.issue.key,
      attachment: [{ filename: 'größe 📱.txt', file: 'ein Text', mimeType: 'text/plain' }, { filename: 'bytes.bin', file: bytes }],
    });
    assert.equal(text.filename, 'größe 📱.txt');
    assert.equal(binary.size, 8);
    Object.assign(made, { text, binary, bytes });
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key, fields: ['attachment'] });
    assert.equal(issue.fields.attachment.length, 2);
    const meta = await client.issueAttachments.getAttachmentMeta();
    assert.ok(meta.enabled && meta.uploadLimit > 0);
    const one = await client.issueAttachments.getAttachment({ id: binary.id });
    assert.equal(one.filename, 'bytes.bin');
  });

  await step('jira: download through the redirect, without credentials for the media host', async () => {
    const content = await client.issueAttachments.getAttachmentContent({ id: made.binary.id });
    assert.deepEqual(Buffer.from(content), made.bytes);
    // What the client follows: a 303 to another host, which refuses whoever brings credentials along.
    const authorization = made.basic;
    const address = `${ready.jira}/rest/api/3/attachment/content/${made.binary.id}`;
    const redirect = await new Promise((resolve, reject) => {
      http.get(address, { headers: { authorization } }, (answer) => resolve(answer.resume())).on('error', reject);
    });
    assert.equal(redirect.statusCode, 303);
    const location = redirect.headers.location;
    assert.ok(location.startsWith(ready.media), location);
    assert.ok((await fetch(location, { headers: { authorization } })).status >= 400, 'credentials must be refused');
    const plain = await fetch(location);
    assert.equal(plain.status, 200);
    assert.deepEqual(Buffer.from(await plain.arrayBuffer()), made.bytes);
    const part = await client.issueAttachments.getAttachmentContent({ id: made.binary.id, range: 'bytes=2-4' });
    assert.deepEqual(Buffer.from(part), made.bytes.subarray(2, 5));
  });

  await step('jira: take a file away', async () => {
    await client.issueAttachments.removeAttachment({ id: made.text.id });
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key, fields: ['attachment'] });
    assert.deepEqual(issue.fields.attachment.map((one) => one.id), [made.binary.id]);
  });

  await step('jira: remote links: create, replace, remove', async () => {
    const link = (title, more) => client.issueRemoteLinks.createOrUpdateRemoteIssueLink({
      issueIdOrKey: made.issue.key, globalId: 'system=https://crm.example&id=1',
      object: { url: 'https://crm.example/1', title, ...more },
    });
    const first = await link('Case 1', { summary: 'first' });
    const second = await link('Case 1, renamed');
    assert.equal(second.id, first.id);
    const links = [await client.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey: made.issue.key })].flat();
    assert.equal(links.length, 1);
    assert.equal(links[0].object.title, 'Case 1, renamed');
    assert.ok(links[0].object.summary == null, 'what is not sent again is emptied');
    // This client sends a DELETE without a content type, which the real service answers with 415, too (jira §1).
    const at = { issueIdOrKey: made.issue.key, globalId: 'system=https://crm.example&id=1' };
    assert.equal(await refusal(() => client.issueRemoteLinks.deleteRemoteIssueLinkByGlobalId(at)), 415);
    const gone = await fetch(`${ready.jira}/rest/api/3/issue/${at.issueIdOrKey}/remotelink?globalId=${encodeURIComponent(at.globalId)}`, {
      method: 'DELETE', headers: { authorization: made.basic, 'Content-Type': 'application/json' },
    });
    assert.equal(gone.status, 204);
    assert.deepEqual([await client.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey: made.issue.key })].flat(), []);
  });

  await step('jira: issue properties', async () => {
    const at = { issueIdOrKey: made.issue.key, propertyKey: 'tour.state' };
    await client.issueProperties.setIssueProperty({ ...at, propertyValue: { deep: [1, { x: 'ü' }] } });
    assert.deepEqual((await client.issueProperties.getIssueProperty(at)).value, { deep: [1, { x: 'ü' }] });
    const keys = await client.issueProperties.getIssuePropertyKeys({ issueIdOrKey: made.issue.key });
    assert.deepEqual(keys.keys.map((one) => one.key), ['tour.state']);
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key, fields: ['summary'], properties: ['tour.state'] });
    assert.equal(issue.properties['tour.state'].deep[0], 1);
    await client.issueProperties.deleteIssueProperty(at);
    assert.equal(await refusal(() => client.issueProperties.getIssueProperty(at)), 404);
  });

  await step('jira: worklogs', async () => {
    const worklog = await client.issueWorklogs.addWorklog({
      issueIdOrKey: made.issue.key, started: '2026-01-05T10:00:00.000+0000', timeSpentSeconds: 5400, comment: paragraph('worked'),
    });
    assert.equal(worklog.timeSpentSeconds, 5400);
    const all = await client.issueWorklogs.getIssueWorklog({ issueIdOrKey: made.issue.key });
    assert.equal(all.total, 1);
    await client.issueWorklogs.updateWorklog({ issueIdOrKey: made.issue.key, id: worklog.id, timeSpent: '2h' });
    assert.equal((await client.issueWorklogs.getWorklog({ issueIdOrKey: made.issue.key, id: worklog.id })).timeSpentSeconds, 7200);
    await client.issueWorklogs.deleteWorklog({ issueIdOrKey: made.issue.key, id: worklog.id });
    assert.equal((await client.issueWorklogs.getIssueWorklog({ issueIdOrKey: made.issue.key })).total, 0);
  });

  await step('jira: links between issues', async () => {
    const types = await client.issueLinkTypes.getIssueLinkTypes();
    const type = types.issueLinkTypes[0];
    await client.issueLinks.linkIssues({
      type: { name: type.name }, inwardIssue: { key: made.issue.key }, outwardIssue: { key: made.many[0].key },
    });
    const issue = await client.issues.getIssue({ issueIdOrKey: made.issue.key, fields: ['issuelinks'] });
    assert.equal(issue.fields.issuelinks.length, 1);
    await client.issueLinks.deleteIssueLink({ linkId: issue.fields.issuelinks[0].id });
  });

  await step('jira: people and permissions', async () => {
    const found = await client.userSearch.findUsers({ query: 'Alice' });
    assert.ok(found.length > 0 && found[0].accountId);
    const mine = await client.permissions.getMyPermissions({ projectKey: 'SUP', permissions: 'BROWSE_PROJECTS,CREATE_ISSUES' });
    assert.ok(mine.permissions.CREATE_ISSUES.havePermission);
  });

  await step('jira: delete', async () => {
    for (const issue of [made.issue, ...made.many]) await client.issues.deleteIssue({ issueIdOrKey: issue.key });
    assert.equal(await refusal(() => client.issues.getIssue({ issueIdOrKey: made.issue.key })), 404);
  });
}
