import type { ApiMethod } from '../../core/api-method.ts';
import { getAncestry } from './get-ancestry.ts';
import {
  getFolder,
  getFolderV2,
  getOrganization,
  getOrganizationV1,
  getProject,
  getProjectV1,
} from './get-container.ts';
import {
  getFolderIamPolicy,
  getFolderIamPolicyV2,
  getOrganizationIamPolicy,
  getOrganizationIamPolicyV1,
  getProjectIamPolicy,
  getProjectIamPolicyV1,
} from './get-iam-policy.ts';
import { createFolder } from './lifecycle/create-folder.ts';
import { createProject, createProjectV1 } from './lifecycle/create-project.ts';
import {
  deleteFolder,
  deleteProject,
  deleteProjectV1,
  undeleteFolder,
  undeleteProject,
  undeleteProjectV1,
} from './lifecycle/delete-container.ts';
import { moveProject, updateProjectV1 } from './lifecycle/move-project.ts';
import { listFolders, listFoldersV2 } from './list-folders.ts';
import { listProjects } from './list-projects.ts';
import { getOperation, getOperationV1 } from './operation.ts';
import { getProjectOrgPolicy, setProjectOrgPolicy } from './project-org-policy.ts';
import { searchOrganizations, searchOrganizationsV1 } from './search-organizations.ts';
import { listProjectsV1, searchProjects } from './search-projects.ts';
import {
  setFolderIamPolicy,
  setFolderIamPolicyV2,
  setOrganizationIamPolicy,
  setOrganizationIamPolicyV1,
  setProjectIamPolicy,
  setProjectIamPolicyV1,
} from './set-iam-policy.ts';
import { deleteTagKey, deleteTagValue, patchTagKey, patchTagValue } from './tags/change-tag.ts';
import {
  createTagBinding,
  deleteTagBinding,
  listEffectiveTags,
  listTagBindings,
} from './tags/tag-bindings.ts';
import { createTagKey, getNamespacedTagKey, getTagKey, listTagKeys } from './tags/tag-keys.ts';
import {
  createTagValue,
  getNamespacedTagValue,
  getTagValue,
  listTagValues,
} from './tags/tag-values.ts';
import {
  testFolderIamPermissions,
  testOrganizationIamPermissions,
  testProjectIamPermissions,
  testProjectIamPermissionsV1,
} from './test-iam-permissions.ts';

/** Resource Manager v3, and the methods of v1 and v2 that gcloud uses. @see https://cloud.google.com/resource-manager/reference/rest */
export const cloudresourcemanager: readonly ApiMethod[] = [
  getAncestry,
  getProjectIamPolicy,
  getFolderIamPolicy,
  getOrganizationIamPolicy,
  getProjectIamPolicyV1,
  getOrganizationIamPolicyV1,
  getFolderIamPolicyV2,
  getProject,
  getFolder,
  getOrganization,
  getProjectV1,
  getFolderV2,
  getOrganizationV1,
  searchProjects,
  listProjectsV1,
  setProjectIamPolicy,
  setFolderIamPolicy,
  setOrganizationIamPolicy,
  setProjectIamPolicyV1,
  setOrganizationIamPolicyV1,
  setFolderIamPolicyV2,
  testProjectIamPermissions,
  testFolderIamPermissions,
  testOrganizationIamPermissions,
  testProjectIamPermissionsV1,
  getProjectOrgPolicy,
  setProjectOrgPolicy,
  listProjects,
  listFolders,
  listFoldersV2,
  searchOrganizations,
  searchOrganizationsV1,
  moveProject,
  updateProjectV1,
  getOperation,
  getOperationV1,
  createProject,
  createProjectV1,
  deleteProject,
  deleteProjectV1,
  undeleteProject,
  undeleteProjectV1,
  createFolder,
  deleteFolder,
  undeleteFolder,
  deleteTagKey,
  deleteTagValue,
  patchTagKey,
  patchTagValue,
  createTagKey,
  getNamespacedTagKey,
  getTagKey,
  listTagKeys,
  createTagValue,
  getNamespacedTagValue,
  getTagValue,
  listTagValues,
  createTagBinding,
  listTagBindings,
  deleteTagBinding,
  listEffectiveTags,
];
