// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result.h"

// Assertions on Result, which show the error when they fail.
namespace slip::test {

template <class T>
::testing::AssertionResult is_ok(const Result<T>& result) {
  if (result) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << to_string(result.error().code) << ": " << result.error().describe() << "\n"
         << result.error().detail;
}

template <class T>
::testing::AssertionResult is_error(const Result<T>& result, ErrorCode code) {
  if (result) return ::testing::AssertionFailure() << "succeeded, expected " << to_string(code);
  if (result.error().code == code) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << to_string(result.error().code) << ", expected "
                                       << to_string(code) << ": " << result.error().describe();
}

}  // namespace slip::test

#define EXPECT_OK(expression) EXPECT_TRUE(::slip::test::is_ok(expression))
#define ASSERT_OK(expression) ASSERT_TRUE(::slip::test::is_ok(expression))
#define EXPECT_ERROR(expression, code) \
  EXPECT_TRUE(::slip::test::is_error(expression, ::slip::ErrorCode::code))
#define ASSERT_ERROR(expression, code) \
  ASSERT_TRUE(::slip::test::is_error(expression, ::slip::ErrorCode::code))
