// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/id.h"

namespace slip {

// clang-format off
using SourceId    = Id<struct SourceTag>;
using TemplateId  = Id<struct TemplateTag>;
using ContainerId = Id<struct ContainerTag>;
using BranchId    = Id<struct BranchTag>;
using SegmentId   = Id<struct SegmentTag>;
using PointId     = Id<struct PointTag>;
using BookmarkId  = Id<struct BookmarkTag>;
using OperationId = Id<struct OperationTag>;
using UserId      = Id<struct UserTag>;
using AccessId    = Id<struct AccessTag>;
using VolumeId    = Id<struct VolumeTag>;
using SnapshotId  = Id<struct SnapshotTag>;
using InstanceId  = Id<struct InstanceTag>;
using SecretId    = Id<struct SecretTag>;

struct SourceTag    { static constexpr std::string_view prefix = "src_"; };
struct TemplateTag  { static constexpr std::string_view prefix = "tpl_"; };
struct ContainerTag { static constexpr std::string_view prefix = "ctr_"; };
struct BranchTag    { static constexpr std::string_view prefix = "brn_"; };
struct SegmentTag   { static constexpr std::string_view prefix = "seg_"; };
struct PointTag     { static constexpr std::string_view prefix = "pnt_"; };
struct BookmarkTag  { static constexpr std::string_view prefix = "bmk_"; };
struct OperationTag { static constexpr std::string_view prefix = "op_"; };
struct UserTag      { static constexpr std::string_view prefix = "usr_"; };
struct AccessTag    { static constexpr std::string_view prefix = "acc_"; };
struct VolumeTag    { static constexpr std::string_view prefix = "vol_"; };
struct SnapshotTag  { static constexpr std::string_view prefix = "snp_"; };
struct InstanceTag  { static constexpr std::string_view prefix = "ins_"; };
struct SecretTag    { static constexpr std::string_view prefix = "sec_"; };
// clang-format on

}  // namespace slip
